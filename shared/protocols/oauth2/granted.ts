import * as z from 'zod';
import { secret } from '../../secret.ts';
import { valueAt } from '../answer-path.ts';
import { endOf, lifetimeSeconds } from '../lifetime.ts';
import type { Granted, Values } from '../protocol.ts';
import type { OAuth2Definition } from './definition.ts';

/** Where a refresh token's life, or the grant's, has been seen to stand; the last three are ends that no renewal moves. */
const refreshLifetimeNames = [
  'refresh_token_expires_in',
  'refresh_expires_in',
  'x_refresh_token_expires_in',
  'refresh_token_timeout',
  'x_refresh_token_hard_expires_in',
  'authorization_expires_in',
];

const longest = 65_536;
const RefreshToken = z.string().min(1).max(longest);
/** What a header can carry (RFC 6750 §2.1 allows less, providers use more). */
const AccessToken = RefreshToken.regex(/^[\x20-\x7e]+$/);
const Plain = z.union([z.string(), z.number(), z.boolean()]).transform(String).pipe(z.string().max(2000));
const Scopes = z.array(z.string().min(1).max(500)).min(1).max(1000);

/** The path of the object that holds the access token. */
const besideToken = ({ tokenResponse }: OAuth2Definition): readonly string[] =>
  tokenResponse.accessToken.split('.').slice(0, -1);

/** A scheme of HTTP authentication (RFC 9110 §11.1). Many write the usual one in small letters, and few APIs take it so. */
const TokenType = z.string().regex(/^[\w!#$%&'*+.^`|~-]{1,100}$/);

const tokenType = (answer: object, definition: OAuth2Definition): string | undefined => {
  const told = valueAt(answer, [...besideToken(definition), 'token_type'].join('.'));
  return TokenType.safeParse(told).data?.replace(/^bearer$/i, 'Bearer');
};

const refreshLife = (answer: object, definition: OAuth2Definition): number | undefined => {
  const { refreshExpiresIn, lifetimeUnit } = definition.tokenResponse;
  const beside = besideToken(definition);
  const paths =
    refreshExpiresIn === undefined
      ? refreshLifetimeNames.flatMap((name) => [name, [...beside, name].join('.')])
      : [refreshExpiresIn];
  const lives = paths.flatMap((path) => lifetimeSeconds(valueAt(answer, path), lifetimeUnit) ?? []);
  return lives.length === 0 ? undefined : Math.min(...lives);
};

/** An empty list tells nothing: it is what careless providers send for "as asked". */
const scopesOf = (told: unknown, separator: string): readonly string[] | undefined => {
  const list = typeof told === 'string' ? told.split(told.includes(separator) ? separator : /[\s,]+/) : told;
  const scopes = Array.isArray(list) ? list.filter((scope) => scope !== '') : list;
  const read = Scopes.safeParse(scopes).data;
  return read && [...new Set(read.map((scope) => scope.trim()))];
};

const metadata = (answer: object, paths: Values): Values =>
  Object.fromEntries(
    Object.entries(paths).flatMap(([name, path]) => {
      const value = Plain.safeParse(valueAt(answer, path));
      return value.success ? [[`metadata.${name}`, value.data]] : [];
    }),
  );

const end = (answer: object, { tokenResponse, refresh }: OAuth2Definition) => {
  const { expiresAt: path, expiresIn, lifetimeUnit } = tokenResponse;
  const expiresAt = path === undefined ? undefined : endOf(valueAt(answer, path));
  if (expiresAt !== undefined) return { expiresAt };
  const told = lifetimeSeconds(valueAt(answer, expiresIn), lifetimeUnit);
  return { lifetimeSeconds: told ?? refresh.defaultLifetimeSeconds };
};

/** What a token endpoint's answer grants (RFC 6749 §5.1); undefined when it holds no access token that can be used. */
export const grantedBy = (answer: object, definition: OAuth2Definition): Granted | undefined => {
  const { tokenResponse, scopeSeparator } = definition;
  const accessToken = AccessToken.safeParse(valueAt(answer, tokenResponse.accessToken)).data;
  if (accessToken === undefined) return undefined;
  const refreshToken = RefreshToken.safeParse(valueAt(answer, tokenResponse.refreshToken)).data;
  return {
    values: { ...metadata(answer, tokenResponse.metadata), access_token: accessToken },
    tokenType: tokenType(answer, definition),
    refreshToken: refreshToken === undefined ? undefined : secret(refreshToken),
    ...end(answer, definition),
    refreshLifetimeSeconds: refreshLife(answer, definition),
    scopes: scopesOf(valueAt(answer, tokenResponse.scope), scopeSeparator),
  };
};
