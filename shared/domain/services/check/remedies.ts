import type * as z from 'zod';
import type { ErrorDetail } from '../../../errors.ts';

type Issue = z.core.$ZodIssue;

const ofDiscriminator: Readonly<Record<string, string>> = {
  type: 'Say one of oauth2, oauth1, token and login.',
  grant:
    'Say one of authorization_code, client_credentials and password (oauth2), or three_legged and fixed_tokens (oauth1).',
};

const ofCode: Readonly<Record<string, string>> = {
  invalid_value: 'Write one of the values that are taken.',
  unrecognized_keys: 'Take this member out, or correct how it is written.',
  too_big: 'Make it smaller, down to the limit named.',
  too_small: 'Give more, up to the least named.',
  invalid_format: 'Write it in the form named.',
};

/** What to do about something that the schema of a definition rejects. */
export const issueRemedy = ({ code, path, message }: Issue): string => {
  if (code === 'invalid_union')
    return ofDiscriminator[String(path.at(-1))] ?? 'Write it in one of the forms that are taken.';
  if (code === 'invalid_type')
    return message.endsWith('it is missing.') ? 'Add this member.' : 'Give a value of the type expected.';
  return ofCode[code] ?? 'Change the value as the message says.';
};

const ofPath: readonly (readonly [RegExp, string])[] = [
  [/\.umbrellaId$/, 'Give the id of an umbrella that there is, or leave it out.'],
  [/\.hosts$/, 'Add the hosts of the provider to hosts.'],
  [/\.apply$/, 'Add a rule to apply.'],
  [/\.pattern$/, 'Write the pattern anew, or leave it out.'],
  [
    /\.(?:clientSecret|privateKey|consumerSecret)$/,
    'Add it to the document: it is kept apart and never shown again.',
  ],
];

/** What to do about something that keeps a definition of the right form from working. */
export const rejectionRemedy = ({ path, message }: ErrorDetail): string => {
  if (message.startsWith('Nothing fills'))
    return 'Add a field with this key, or correct the name between the braces.';
  if (message.startsWith('Expected https:')) return 'Begin the URL with https://.';
  return ofPath.find(([pattern]) => pattern.test(path))?.[1] ?? 'Change the value as the message says.';
};
