import { JwtVerifier } from 'aws-jwt-verify';
import { AppError } from '../../errors.ts';
import { log } from '../../log.ts';
import type { Deps } from '../../ports.ts';
import type { TokenSettings } from '../../settings.ts';
import { demandSound } from './sound.ts';
import { readIssuerKeys } from './issuer.ts';

const minute = 60_000;
/** After this long the issuer is asked for its keys again. */
const fresh = 60 * minute;
/** As long as keys are trusted while the issuer cannot be asked. */
const longest = 24 * 60 * minute;
/** Between two questions to the issuer, whatever callers send. */
const rest = minute / 2;

const verifierOf = (tokens: TokenSettings, keys: Awaited<ReturnType<typeof readIssuerKeys>>) => {
  const verifier = JwtVerifier.create({
    issuer: tokens.issuer,
    // Checked with the other claims: it stands at two places.
    audience: null,
    jwksUri: tokens.jwksUrl ?? tokens.issuer,
    // The library has no other clock than the machine's: times are checked by ours.
    graceSeconds: Infinity,
    customJwtCheck: demandSound,
  });
  verifier.cacheJwks({ keys: keys.map((key) => ({ ...key })) });
  return verifier;
};

/** What checks signatures with the keys of one moment. */
interface Keys {
  readonly verifier: ReturnType<typeof verifierOf>;
  readonly readAt: number;
}

interface State {
  keys?: Keys;
  askedAt: number;
  failed: boolean;
  asking?: Promise<void> | undefined;
}

const states = new WeakMap<Deps, State>();

const stateOf = (deps: Deps): State => {
  const state = states.get(deps) ?? { askedAt: -Infinity, failed: false };
  states.set(deps, state);
  return state;
};

const unavailable = () =>
  new AppError(
    503,
    'issuer_unavailable',
    'The keys of the identity provider cannot be read at the moment, so the token can be neither taken nor refused. Repeat the call.',
    { headers: { 'retry-after': String(rest / 1000) } },
  );

const ask = async (deps: Deps, tokens: TokenSettings, state: State): Promise<void> => {
  state.askedAt = deps.clock.now();
  try {
    const keys = await readIssuerKeys(deps, tokens);
    state.keys = { verifier: verifierOf(tokens, keys), readAt: deps.clock.now() };
    state.failed = false;
  } catch (error) {
    state.failed = true;
    log.error('The keys of the identity provider cannot be read.', {}, error);
  }
};

/** Asks the issuer unless it was asked just now; who comes meanwhile waits for the same answer. */
const askOnce = async (deps: Deps, tokens: TokenSettings, state: State): Promise<void> => {
  if (!state.asking && deps.clock.now() - state.askedAt < rest) return;
  state.asking ??= ask(deps, tokens, state).finally(() => {
    state.asking = undefined;
  });
  await state.asking;
};

/** The issuer's keys, an hour old at the most while it can be asked, else a day. Rejects with 503 `issuer_unavailable`. */
export const keysAtHand = async (deps: Deps, tokens: TokenSettings): Promise<Keys> => {
  const state = stateOf(deps);
  const age = () => deps.clock.now() - (state.keys?.readAt ?? -Infinity);
  if (age() >= fresh) await askOnce(deps, tokens, state);
  if (!state.keys || age() >= longest) throw unavailable();
  return state.keys;
};

/**
 * The issuer's keys once more, for a token that names none of the known ones: it may be signed by a newer one. The same as
 * before when the issuer was asked less than half a minute ago. Rejects with 503 `issuer_unavailable` when it cannot be asked.
 */
export const newerKeys = async (deps: Deps, tokens: TokenSettings, known: Keys): Promise<Keys> => {
  const state = stateOf(deps);
  if (state.keys === known) await askOnce(deps, tokens, state);
  if (!state.keys || (state.failed && state.keys === known)) throw unavailable();
  return state.keys;
};
