import { fill, placeholders } from '../../template.ts';
import type { Ground, Values } from '../protocol.ts';
import type { OAuth2Definition } from './definition.ts';

/** The client as it is known to the provider, and the values that fill the definition's other templates. */
export interface Client {
  readonly id: string;
  readonly values: Values;
}

/** Fills the client's id. A field that bears the name `client_id` wins over it. Throws `UnfilledPlaceholder`. */
export const clientOf = ({ clientId }: OAuth2Definition, { values }: Ground): Client => {
  const id = fill(clientId, values);
  return { id, values: { client_id: id, ...values } };
};

/** Whether each auth brings a client of its own: then what is wrong with the client is wrong with that auth alone. */
export const clientIsPerAuth = ({ clientId }: OAuth2Definition): boolean =>
  placeholders(clientId).some((name) => !name.startsWith('secrets.'));
