import { busy } from '../busy.ts';
import * as z from 'zod';
import { describedIn } from '../described.ts';
import { lifetimeSeconds } from '../lifetime.ts';
import type { ProviderAnswer, Refusal, Values, Verdict } from '../protocol.ts';
import type { OAuth1Definition } from './definition.ts';
import { problems } from './problems.ts';

const Members = z.record(z.string(), z.unknown());
const Code = z.string().regex(/^[\w.:-]{1,100}$/);
const Plain = z.union([z.string(), z.number(), z.boolean()]).transform(String).pipe(z.string().max(2000));
const Credentials = z.object({
  oauth_token: z.string().min(1).max(65_536),
  oauth_token_secret: z.string().max(65_536),
});

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A form (RFC 5849 §2.1), whatever type the answer gives itself; some providers answer with JSON. */
const read = ({ body }: ProviderAnswer): Readonly<Record<string, unknown>> => {
  const text = body.trim();
  return (
    Members.safeParse(text.startsWith('{') ? json(text) : Object.fromEntries(new URLSearchParams(text)))
      .data ?? {}
  );
};

const kinds = new Map(problems.map(({ says, kind }) => [says, kind]));

/** Problems stand in the body or in `WWW-Authenticate`. */
const problemOf = (members: Readonly<Record<string, unknown>>, { headers = [] }: ProviderAnswer) => {
  const told = headers
    .filter(([name]) => name.toLowerCase() === 'www-authenticate')
    .map(([, value]) => /\boauth_problem="?([^",\s]+)/i.exec(value)?.[1]);
  return [members['oauth_problem'], ...told].map((code) => Code.safeParse(code).data).find(Boolean);
};

const kindOf = ({ status }: ProviderAnswer, problem: string | undefined): Refusal['kind'] | undefined => {
  if (busy(status)) return 'transient';
  if (problem !== undefined) return kinds.get(problem) ?? 'client';
  return [400, 401, 403].includes(status) ? 'client' : undefined;
};

const refusalOf = (answer: ProviderAnswer, problem: string | undefined): Refusal => {
  const { status, retryAfter } = answer;
  const code = problem ?? `http_${String(status)}`;
  const kind = kindOf(answer, problem);
  const description = describedIn(read(answer));
  return kind === undefined
    ? { kind: 'transient', code: 'unreadable_answer', description, retryAfter }
    : { kind, code, description, retryAfter };
};

interface TokenAnswer {
  readonly token: string;
  readonly tokenSecret: string;
  readonly members: Readonly<Record<string, unknown>>;
}

/** Reads the token and its secret of an answer, or why there are none. Pure: the same answer always means the same. */
export const readToken = (answer: ProviderAnswer): TokenAnswer | Refusal => {
  const members = read(answer);
  const problem = problemOf(members, answer);
  const found = Credentials.safeParse(members).data;
  const good = answer.status >= 200 && answer.status < 300 && problem === undefined;
  if (!good || found === undefined) return refusalOf(answer, problem);
  return { token: found.oauth_token, tokenSecret: found.oauth_token_secret, members };
};

/** Values of an answer or a callback by the names that the definition gives them. */
export const metadataOf = (definition: OAuth1Definition, read: (parameter: string) => unknown): Values => {
  const wanted = definition.grant === 'three_legged' ? Object.entries(definition.metadata) : [];
  return Object.fromEntries(
    wanted.flatMap(([name, parameter]) => {
      const value = Plain.safeParse(read(parameter)).data;
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
};

/** Judges the answer that holds the token (RFC 5849 §2.3). A life of zero means that there is no end. */
export const judge = (definition: OAuth1Definition, answer: ProviderAnswer): Verdict => {
  const found = readToken(answer);
  if ('kind' in found) return found;
  const { members } = found;
  const metadata = metadataOf(definition, (name) =>
    Object.hasOwn(members, name) ? members[name] : undefined,
  );
  return {
    kind: 'granted',
    granted: {
      values: {
        access_token: found.token,
        token_secret: found.tokenSecret,
        ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`metadata.${name}`, value])),
      },
      lifetimeSeconds: lifetimeSeconds(members['oauth_expires_in'], 'seconds'),
    },
  };
};
