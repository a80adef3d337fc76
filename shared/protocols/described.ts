import * as z from 'zod';
import { secret, type Secret } from '../secret.ts';
import { valueAt } from './answer-path.ts';

/** Where a refusal's own words have been seen to stand: RFC 6749 §5.2, then what APIs of their own ways use. */
const places = [
  'error_description',
  'oauth_problem_advice',
  'error.message',
  'error.error_description',
  'error_message',
  'message',
  'errors.0.message',
  'detail',
];

/** Nobody writes a longer sentence, and where to cut one that holds secrets cannot be told. */
const longest = 4000;
const Words = z.string().max(longest).regex(/\S/);

/** Some put the sentence where the code should be. */
const Sentence = Words.regex(/\S\s+\S/);

/**
 * What a provider says of its refusal in words, as it came: a secret, for anything may be repeated in it. `scrubbed` makes it
 * fit to be shown. `own` is where the definition says that it stands.
 */
export const describedIn = (content: unknown, own?: string): Secret | undefined => {
  const found = [...(own === undefined ? [] : [own]), ...places]
    .map((place) => Words.safeParse(valueAt(content, place)).data)
    .find((words) => words !== undefined);
  const words = found ?? Sentence.safeParse(valueAt(content, 'error')).data;
  return words === undefined ? undefined : secret(words);
};
