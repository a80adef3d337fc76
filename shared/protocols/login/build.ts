import { buildDescribed } from '../build-described.ts';
import { UnusableHeader } from '../header-value.ts';
import type { Conversation, Ground, ProviderAnswer, ProviderRequest, Refusal, Values } from '../protocol.ts';
import { UnusableUrl } from '../url-template.ts';
import type { Located, LoginDefinition } from './definition.ts';
import { statusRefusal, unreadable } from './judge.ts';
import { keptName } from './kept-name.ts';
import { headersOf, locatedText } from './locate.ts';

type Step = LoginDefinition['steps'][number];

/** What a step keeps of its answer; undefined when something of it is not there. */
const keptOf = (answer: ProviderAnswer, { keep }: Step): Values | undefined => {
  const kept = Object.entries(keep).map(([name, place]) => [name, locatedText(answer, place)] as const);
  const there = kept.flatMap(([name, value]) =>
    value === undefined ? [] : [[keptName(name), value] as const],
  );
  return there.length === kept.length ? Object.fromEntries(there) : undefined;
};

const isPlace = (place: LoginDefinition['tokenResponse']['metadata'][string]): place is Located =>
  typeof place === 'string' || !('kept' in place);

const answerHeaders = ({ steps, tokenResponse }: LoginDefinition, index: number): readonly string[] => {
  const step = steps[index];
  if (index < steps.length - 1) return headersOf(Object.values(step?.keep ?? {}));
  const { accessToken, expiresIn, expiresAt, metadata } = tokenResponse;
  return headersOf([
    accessToken,
    expiresIn,
    ...(expiresAt === undefined ? [] : [expiresAt]),
    ...Object.values(metadata).filter(isPlace),
  ]);
};

/** What fills the requests. */
type Filling = Pick<Ground, 'values' | 'urls'>;

/** What the definition names as metadata of what earlier steps kept. */
const keptMetadata = ({ tokenResponse }: LoginDefinition, values: Values): Values =>
  Object.fromEntries(
    Object.entries(tokenResponse.metadata).flatMap(([name, place]) => {
      const value = isPlace(place) ? undefined : values[keptName(place.kept)];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );

/** A request that what a provider answered made unusable; what a person gave was tried before the first was sent. */
const builtFromAnswer = (step: Step, ground: Filling): ProviderRequest | undefined => {
  try {
    return buildDescribed(step, ground);
  } catch (error) {
    if (error instanceof UnusableUrl || error instanceof UnusableHeader) return undefined;
    throw error;
  }
};

interface At {
  readonly index: number;
  readonly request: ProviderRequest;
  readonly ground: Filling;
}

const following = (
  definition: LoginDefinition,
  { index, ground }: At,
  answer: ProviderAnswer,
): Conversation | Refusal => {
  const [step, next] = definition.steps.slice(index);
  const refusal = step && statusRefusal(answer, step);
  if (refusal) return refusal;
  const kept = step && keptOf(answer, step);
  const known = { ...ground, values: { ...ground.values, ...kept } };
  const request = kept && next && builtFromAnswer(next, known);
  return request
    ? conversation(definition, { index: index + 1, request, ground: known })
    : unreadable(answer);
};

const conversation = (definition: LoginDefinition, at: At): Conversation => ({
  request: at.request,
  answerHeaders: answerHeaders(definition, at.index),
  ...(at.index < definition.steps.length - 1
    ? { next: (answer) => Promise.resolve(following(definition, at, answer)) }
    : { metadata: keptMetadata(definition, at.ground.values) }),
});

/** Values for all that the steps before would keep: to try what is built of the rest. */
const standIns = (steps: readonly Step[]): Values =>
  Object.fromEntries(steps.flatMap(({ keep }) => Object.keys(keep).map((name) => [keptName(name), 'x'])));

const begun = (definition: LoginDefinition, ground: Filling): Conversation => {
  const { steps } = definition;
  const [request] = steps.map((step, index) =>
    buildDescribed(step, { ...ground, values: { ...ground.values, ...standIns(steps.slice(0, index)) } }),
  );
  if (!request) throw new RangeError('A login has at least one step.');
  return conversation(definition, { index: 0, request, ground });
};

/**
 * A login's requests, each built from the values given and from what the answers before it held.
 * All are tried before the first is sent: rejects with `UnfilledPlaceholder`, `UnusableUrl` or `UnusableHeader`.
 */
export const loginConversation = (definition: LoginDefinition, ground: Filling): Promise<Conversation> =>
  Promise.try(begun, definition, ground);
