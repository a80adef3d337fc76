import type { AuthDefinition } from './definition.ts';
import { loginProtocol } from './login/protocol.ts';
import { oauth1Protocol } from './oauth1/protocol.ts';
import { oauth2Protocol } from './oauth2/protocol.ts';
import type { Protocol } from './protocol.ts';
import { tokenProtocol } from './token/protocol.ts';

const make = (definition: AuthDefinition): Protocol => {
  switch (definition.type) {
    case 'oauth2':
      return oauth2Protocol(definition);
    case 'oauth1':
      return oauth1Protocol(definition);
    case 'token':
      return tokenProtocol(definition);
    case 'login':
      return loginProtocol(definition);
  }
};

/** A definition that is used by many calls has its protocol made once. */
const made = new WeakMap<AuthDefinition, Protocol>();

/** What the type of a definition knows. The one place that tells types apart. */
export const protocolOf = (definition: AuthDefinition): Protocol => {
  const known = made.get(definition) ?? make(definition);
  made.set(definition, known);
  return known;
};
