import * as z from 'zod';
import { LoginDefinition } from './login/definition.ts';
import { OAuth1Definition, OAuth1Input } from './oauth1/definition.ts';
import { OAuth2Definition, OAuth2Input } from './oauth2/definition.ts';
import { TokenDefinition } from './token/definition.ts';

/** How one authenticates with a service: the union of all types, as a builder describes it. */
export const AuthInput = z.discriminatedUnion('type', [
  OAuth2Input,
  OAuth1Input,
  TokenDefinition,
  LoginDefinition,
]);

/** The same as it is stored: its secrets lie in the vault. */
export const AuthDefinition = z.discriminatedUnion('type', [
  OAuth2Definition,
  OAuth1Definition,
  TokenDefinition,
  LoginDefinition,
]);
export type AuthDefinition = z.infer<typeof AuthDefinition>;

/** The members that are secrets, by type: they are never stored with a definition. */
export const secretsOfType: Readonly<Record<string, readonly string[]>> = {
  oauth2: ['clientSecret', 'nextClientSecret', 'privateKey'],
  oauth1: ['consumerSecret', 'privateKey'],
};

export const secretMembers: readonly string[] = [...new Set(Object.values(secretsOfType).flat())];
