import { AppError, invalid } from '../../errors.ts';
import type { Deps, IncomingResponse } from '../../ports.ts';
import { valueAt } from '../../protocols/answer-path.ts';
import { isUnusable } from '../../protocols/unusable.ts';
import { fill } from '../../template.ts';
import { sendWithCredential } from '../proxy/send.ts';
import type { ServiceInUse } from '../services/current.ts';
import { readText } from '../read-text.ts';
import type { Auth } from './auth.ts';
import { groundOf, openCredential, type Credential } from './credential.ts';

/** How a try of a credential ended: `code` is `http_<status>`, or why no answer came. */
export interface Tried {
  readonly ok: boolean;
  readonly code: string;
  /** Whether the service said that the credential is no good, as opposed to being out of order. */
  readonly refused: boolean;
  /** By which name the service knows the account. */
  readonly account: string | undefined;
}

/** Of the daily test that was refused, as `failure.code` and in events, so that it is told from a renewal that failed. */
export const refusalCode = 'test_http_401';

const largest = 1_048_576;
/** A person may be waiting for the page. Milliseconds. */
const patience = 10_000;

const labelOf = async (response: IncomingResponse, path: string | undefined): Promise<string | undefined> => {
  const text = await readText(response, largest).catch(() => undefined);
  if (path === undefined || text === undefined) return undefined;
  try {
    const label = valueAt(JSON.parse(text), path);
    const readable = typeof label === 'string' || typeof label === 'number' ? String(label).trim() : '';
    return readable.replace(/\p{Cc}/gu, ' ').slice(0, 200) || undefined;
  } catch {
    return undefined;
  }
};

interface TryInput {
  readonly service: ServiceInUse;
  readonly credential: Credential;
}

/** Tries a credential by the call that its service describes; undefined when it describes none. */
export const tryCredential = async (
  deps: Deps,
  { service, credential }: TryInput,
): Promise<Tried | undefined> => {
  const { test } = service.definition;
  const opened = openCredential(credential, service);
  if (!test || !opened) return undefined;
  const secrets = await service.secrets(deps);
  try {
    const [path = '', ...query] = fill(
      test.path,
      groundOf(deps, { service, values: opened.values, secrets }).values,
      encodeURIComponent,
    ).split('?');
    const outgoing = {
      method: test.method,
      path,
      query: query.join('?'),
      headers: [['accept', 'application/json']] as const,
      body: undefined,
      signal: AbortSignal.timeout(patience),
    };
    const response = await sendWithCredential(deps, { service, ready: { opened, secrets }, outgoing });
    const ok = test.expect.includes(response.status);
    const account = await labelOf(response, ok ? test.label : undefined);
    const refused = !ok && [400, 401, 403, 422].includes(response.status);
    return { ok, code: `http_${String(response.status)}`, refused, account };
  } catch (error) {
    if (!(error instanceof AppError) && !isUnusable(error)) throw error;
    const code = error instanceof AppError ? error.code : 'unusable_test';
    return { ok: false, code, refused: false, account: undefined };
  }
};

/** What a try leaves on the auth. */
export const triedNow = (
  { clock }: Pick<Deps, 'clock'>,
  { ok, code, account }: Tried,
): Pick<Auth, 'tested' | 'account'> => ({
  tested: { at: clock.now(), ok, code },
  ...(account !== undefined && { account }),
});

interface RefuseInput extends TryInput {
  readonly discard: () => Promise<void>;
}

/**
 * Tries a credential that was just given. One that the service refuses makes no auth: 422 `credential_refused`. One that could
 * not be tried does; the auth says so.
 */
export const refuseUntested = async (
  deps: Deps,
  { discard, ...input }: RefuseInput,
): Promise<Pick<Auth, 'tested' | 'account'>> => {
  const tried = await tryCredential(deps, input);
  if (!tried) return {};
  if (!tried.refused) return triedNow(deps, tried);
  await discard();
  throw invalid(
    'credential_refused',
    `The service refused the credential (${tried.code}). Nothing was made; check what was given.`,
  );
};
