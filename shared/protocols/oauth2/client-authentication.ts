import { ClientSecretBasic } from 'oauth4webapi';
import { fill } from '../../template.ts';
import type { Ground, Pairs } from '../protocol.ts';
import { clientAssertion } from './client-assertion.ts';
import type { Client } from './client.ts';
import type { OAuth2Definition } from './definition.ts';
import type { StandardPairs } from './parameter-names.ts';
import { UnusableSecret } from '../unusable.ts';

/** By what a client proves who it is: headers, parameters, or both. */
interface ClientProof {
  readonly headers: Pairs;
  readonly parameters: StandardPairs;
}

interface ProofInput {
  readonly ground: Ground;
  readonly client: Client;
}

/** A secret of the application; one that stands in the fields of each auth is a template (`{{client_secret}}`). */
const secretOf = (name: string, { ground, client }: ProofInput): string => {
  const text = Object.hasOwn(ground.secrets, name) ? ground.secrets[name]?.reveal() : undefined;
  const filled = text?.includes('{{') ? fill(text, client.values) : text;
  if (filled === undefined || filled === '')
    throw new UnusableSecret(
      `The ${name} is missing. Set auth.${name} of the service, or clientAuthentication to none where the provider wants no proof.`,
    );
  return filled;
};

/** Id and secret form-encoded first, as RFC 6749 §2.3.1 has it. */
const basic = async (clientId: string, clientSecret: string): Promise<Pairs> => {
  const headers = new Headers();
  await ClientSecretBasic(clientSecret)(
    { issuer: 'https://unused.invalid' },
    { client_id: clientId },
    new URLSearchParams(),
    headers,
  );
  return [...headers];
};

/** Some providers want id and secret as they are. */
const basicRaw = (clientId: string, clientSecret: string): Pairs => [
  ['authorization', `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`],
];

/**
 * Proves who the client is, in the same way at every endpoint (RFC 6749 §2.3, RFC 7523 §2.2).
 * Throws `UnusableSecret` when the secret that is needed is missing or cannot be read, or `UnfilledPlaceholder`.
 */
export const clientProof = async (definition: OAuth2Definition, input: ProofInput): Promise<ClientProof> => {
  const { id } = input.client;
  const named = ['client_id', id] as const;
  const clientSecret = () => secretOf('clientSecret', input);
  switch (definition.clientAuthentication) {
    case 'none':
      return { headers: [], parameters: [named] };
    case 'client_secret_basic':
      return { headers: await basic(id, clientSecret()), parameters: [] };
    case 'client_secret_basic_raw':
      return { headers: basicRaw(id, clientSecret()), parameters: [] };
    case 'client_secret_post':
      return { headers: [], parameters: [named, ['client_secret', clientSecret()]] };
    case 'private_key_jwt': {
      const key = secretOf('privateKey', input);
      return { headers: [], parameters: [named, ...(await clientAssertion(definition, { ...input, key }))] };
    }
  }
};
