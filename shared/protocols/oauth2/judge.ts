import * as z from 'zod';
import { secret, type Secret } from '../../secret.ts';
import type { OAuth2Definition } from './definition.ts';

/** A token endpoint's answer as it came, kept whole before it is judged. */
export const TokenAnswer = z.object({
  status: z.int(),
  contentType: z.string(),
  retryAfter: z.string().optional(),
  body: z.string(),
});
export type TokenAnswer = z.infer<typeof TokenAnswer>;

/** What a good answer holds. */
interface Tokens {
  readonly accessToken: Secret;
  /** Absent when the answer has none: then the one that was spent stays good. */
  readonly refreshToken: Secret | undefined;
  /** Absent when neither the answer nor the definition tells it. */
  readonly lifetimeSeconds: number | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * `terminal`: the grant is over. `client`: the OAuth application was refused, the grant may be sound.
 * `transient`: try again later, `retryAfter` (seconds or an HTTP date) is a floor.
 */
export type TokenVerdict =
  | { readonly kind: 'tokens'; readonly tokens: Tokens }
  | {
      readonly kind: 'terminal' | 'client' | 'transient';
      readonly code: string;
      readonly retryAfter?: string | undefined;
    };

const Json = z.record(z.string(), z.unknown());

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Some providers answer with a form where RFC 6749 §5.1 asks for JSON. */
const read = ({ body, contentType }: TokenAnswer): Record<string, unknown> | undefined => {
  const form = contentType.startsWith('application/x-www-form-urlencoded');
  return Json.safeParse(form ? Object.fromEntries(new URLSearchParams(body)) : parse(body)).data;
};

const at = (answer: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => {
    const object = Json.safeParse(value).data;
    return object && Object.hasOwn(object, name) ? object[name] : undefined;
  }, answer);

const Text = z.string().min(1).max(65_536);
const text = (answer: unknown, path: string): string | undefined => Text.safeParse(at(answer, path)).data;
const Lifetime = z
  .union([z.number(), z.string().trim().min(1).pipe(z.coerce.number())])
  .transform(Math.floor)
  .pipe(z.int().positive().max(3_153_600_000));
const Plain = z.union([z.string(), z.number(), z.boolean()]).transform(String).pipe(z.string().max(2000));

const tokens = (answer: unknown, { tokenResponse, refresh }: OAuth2Definition): Tokens | undefined => {
  const accessToken = text(answer, tokenResponse.accessToken);
  if (accessToken === undefined) return undefined;
  const refreshToken = text(answer, tokenResponse.refreshToken);
  const metadata = Object.entries(tokenResponse.metadata).flatMap(([name, path]) => {
    const value = Plain.safeParse(at(answer, path));
    return value.success ? [[name, value.data] as const] : [];
  });
  return {
    accessToken: secret(accessToken),
    refreshToken: refreshToken === undefined ? undefined : secret(refreshToken),
    lifetimeSeconds:
      Lifetime.safeParse(at(answer, tokenResponse.expiresIn)).data ?? refresh.defaultLifetimeSeconds,
    metadata: Object.fromEntries(metadata),
  };
};

/** Why a refusal is of its kind. A code that is not here is taken by its status. */
const refusals = new Map<string, 'terminal' | 'client' | 'transient'>([
  ['invalid_grant', 'terminal'], // RFC 6749 §5.2: the refresh token or code is over, revoked, or was issued to another
  ['invalid_client', 'client'], // §5.2: client authentication failed; no grant is at fault
  ['unauthorized_client', 'client'], // §5.2: the application may not use this grant type
  ['invalid_request', 'client'], // §5.2: the definition makes a request that the provider does not take
  ['unsupported_grant_type', 'client'], // §5.2: the same
  ['invalid_scope', 'client'], // §5.2: the definition asks for what the application may not have
  ['temporarily_unavailable', 'transient'],
  ['server_error', 'transient'],
]);

const ErrorCode = z.string().regex(/^[\w.:-]{1,100}$/);

/** Busy or broken, whatever the body says: RFC 9110 §15.5 and §15.6, RFC 6585 §4. */
const busy = (status: number) => [408, 409, 423, 425, 429].includes(status) || status >= 500;

/** Judges a token endpoint's answer. Pure: the same answer always means the same. */
export const judgeTokenAnswer = (answer: TokenAnswer, definition: OAuth2Definition): TokenVerdict => {
  const content = read(answer);
  const code = ErrorCode.safeParse(content?.['error']).data;
  const { retryAfter } = answer;
  if (busy(answer.status))
    return { kind: 'transient', code: code ?? `http_${String(answer.status)}`, retryAfter };
  if (code !== undefined) return { kind: refusals.get(code) ?? 'transient', code, retryAfter };
  const found = answer.status >= 200 && answer.status < 300 ? tokens(content, definition) : undefined;
  if (found) return { kind: 'tokens', tokens: found };
  return { kind: answer.status === 401 ? 'client' : 'transient', code: 'unreadable_answer', retryAfter };
};
