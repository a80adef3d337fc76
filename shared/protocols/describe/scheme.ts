import type { Finding } from './draft.ts';

/** One flow of OAuth 2, by the name that our grants have. */
export interface Flow {
  readonly grant: 'authorization_code' | 'client_credentials' | 'password' | 'implicit';
  readonly authorizationUrl?: string | undefined;
  readonly tokenUrl?: string | undefined;
  readonly refreshUrl?: string | undefined;
  readonly scopes: readonly string[];
}

/** What a security scheme says, in whichever format it was written. */
export type SchemeKind =
  | { readonly kind: 'apiKey'; readonly place: 'header' | 'query' | 'cookie'; readonly parameter: string }
  | { readonly kind: 'basic' }
  | { readonly kind: 'bearer' }
  | { readonly kind: 'http'; readonly scheme: string }
  | { readonly kind: 'oauth2'; readonly flows: readonly Flow[] }
  | { readonly kind: 'openIdConnect'; readonly url: string }
  | { readonly kind: 'unusable'; readonly finding: Finding };

/** A security scheme: its name, where it stands, and what it says. */
export interface Scheme {
  readonly id: string;
  readonly path: string;
  readonly help: string | undefined;
  readonly is: SchemeKind;
}

/** A scheme that is asked for, and with which scopes. */
interface Asked {
  readonly id: string;
  readonly scopes: readonly string[];
}

/** The schemes that together let one in. */
export type Requirement = readonly Asked[];

/** A scheme that no auth can be made of. */
export const unusable = (path: string, message: string, remedy: string): SchemeKind => ({
  kind: 'unusable',
  finding: { level: 'error', path, message, remedy },
});

const flowRank = { authorization_code: 0, client_credentials: 1, password: 7, implicit: 8 } as const;

/** The flows of a scheme, the best first: the code of a person before a client's own, both before a password (RFC 9700 §2.4). */
export const bestFlows = (flows: readonly Flow[]): readonly Flow[] =>
  flows.toSorted((one, other) => flowRank[one.grant] - flowRank[other.grant]);

/** How good a scheme is: the lower, the better. */
export const rankOf = ({ is }: Scheme): number => {
  switch (is.kind) {
    case 'oauth2':
      return Math.min(9, ...is.flows.map(({ grant }) => flowRank[grant]));
    case 'bearer':
      return 2;
    case 'apiKey':
      return 3;
    case 'basic':
      return 4;
    case 'http':
      return 5;
    case 'openIdConnect':
      return 6;
    case 'unusable':
      return 10;
  }
};
