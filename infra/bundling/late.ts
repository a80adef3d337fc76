import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import type * as EndUnreadable from '../../shared/domain/auths/end-unreadable.ts';
import type * as FreshCredential from '../../shared/domain/auths/fresh-credential.ts';
import type * as WriteUse from '../../shared/domain/auths/write-use.ts';
import type * as Person from '../../shared/domain/callers/person.ts';
import type * as AuthenticateEndUser from '../../shared/domain/end-users/authenticate.ts';
import type * as HistoryRecord from '../../shared/domain/history/record.ts';
import type * as DemandUse from '../../shared/domain/members/demand-use.ts';
import type * as Once from '../../shared/domain/idempotency/once.ts';
import type * as Admit from '../../shared/domain/proxy/limits/admit.ts';
import type * as Decode from '../../shared/domain/proxy/decode.ts';
import type * as Pages from '../../shared/domain/proxy/pages.ts';
import type * as ErrorPage from '../../shared/entry/error-page.ts';
import type * as VerifyToken from '../../shared/entry/tokens/verify.ts';
import type * as DescribedRevocation from '../../shared/protocols/described-revocation.ts';
import type * as LoginBuild from '../../shared/protocols/login/build.ts';
import type * as Oauth1Consent from '../../shared/protocols/oauth1/consent.ts';
import type * as Oauth1Revoke from '../../shared/protocols/oauth1/revoke.ts';
import type * as Oauth1Sign from '../../shared/protocols/oauth1/sign.ts';
import type * as Oauth2Arrive from '../../shared/protocols/oauth2/arrive.ts';
import type * as Oauth2Authorize from '../../shared/protocols/oauth2/authorize.ts';
import type * as Oauth2Grants from '../../shared/protocols/oauth2/grants.ts';
import type * as Oauth2IdToken from '../../shared/protocols/oauth2/id-token.ts';
import type * as Oauth2Revoke from '../../shared/protocols/oauth2/revoke.ts';

/** What of a module can be called before the module is there: who calls it waits anyway. */
type Waiting<M> = {
  [K in keyof M]: M[K] extends (...input: never[]) => Promise<unknown> ? K : never;
}[keyof M] &
  string;

interface LateModule {
  /** Below the root of the repository. */
  readonly path: string;
  readonly functions: readonly string[];
}

const late = <M>(path: string, ...functions: readonly Waiting<M>[]): LateModule => ({ path, functions });

/**
 * What most starts of a function do not need, by the occasion on which all of it is loaded. The one place that says so: the code
 * itself imports plainly. Only functions that answer with a promise can be named here; whoever imports another thing of these modules,
 * a constant for example, is told so by the synth, and puts it into a module of its own.
 */
const occasions: Readonly<Record<string, readonly LateModule[]>> = {
  renewal: [
    late<typeof FreshCredential>('shared/domain/auths/fresh-credential.ts', 'freshCredential'),
    late<typeof EndUnreadable>('shared/domain/auths/end-unreadable.ts', 'endUnreadable'),
    late<typeof Oauth2Grants>(
      'shared/protocols/oauth2/grants.ts',
      'clientCredentialsRequest',
      'codeRequest',
      'passwordRequest',
      'refreshRequest',
    ),
    late<typeof LoginBuild>('shared/protocols/login/build.ts', 'loginConversation'),
  ],
  consent: [
    late<typeof Oauth2Arrive>('shared/protocols/oauth2/arrive.ts', 'arrive'),
    late<typeof Oauth2Authorize>('shared/protocols/oauth2/authorize.ts', 'authorizationRequest'),
    late<typeof Oauth2IdToken>('shared/protocols/oauth2/id-token.ts', 'vetIdToken'),
  ],
  oauth1: [
    late<typeof Oauth1Consent>('shared/protocols/oauth1/consent.ts', 'arrive', 'depart'),
    late<typeof Oauth1Sign>('shared/protocols/oauth1/sign.ts', 'signCall'),
    late<typeof Oauth1Revoke>('shared/protocols/oauth1/revoke.ts', 'revocationRequests'),
  ],
  revocation: [
    late<typeof DescribedRevocation>('shared/protocols/described-revocation.ts', 'describedRevocation'),
    late<typeof Oauth2Revoke>('shared/protocols/oauth2/revoke.ts', 'revocationRequests'),
  ],
  use: [late<typeof WriteUse>('shared/domain/auths/write-use.ts', 'writeUse')],
  limits: [late<typeof Admit>('shared/domain/proxy/limits/admit.ts', 'admit')],
  pages: [late<typeof Pages>('shared/domain/proxy/pages.ts', 'allItems')],
  decoding: [late<typeof Decode>('shared/domain/proxy/decode.ts', 'decodedAnswer')],
  page: [late<typeof ErrorPage>('shared/entry/error-page.ts', 'errorPage')],
  tokens: [
    late<typeof VerifyToken>('shared/entry/tokens/verify.ts', 'verifyToken'),
    late<typeof Person>('shared/domain/callers/person.ts', 'personOf'),
  ],
  sessions: [
    late<typeof AuthenticateEndUser>('shared/domain/end-users/authenticate.ts', 'authenticateEndUser'),
  ],
  people: [late<typeof DemandUse>('shared/domain/members/demand-use.ts', 'demandUse')],
  history: [
    late<typeof HistoryRecord>('shared/domain/history/record.ts', 'beginEntry', 'concludeEntry', 'noteEntry'),
  ],
  idempotency: [late<typeof Once>('shared/domain/idempotency/once.ts', 'once')],
};

const root = fileURLToPath(new URL('../../', import.meta.url));

const found = new Map(
  Object.entries(occasions).flatMap(([occasion, modules]) =>
    modules.map(({ path, functions }) => [resolve(root, path), { occasion, functions }] as const),
  ),
);

/** Stands where a late module is imported: its functions, each of which loads the occasion with its first call. */
const standIn = (path: string): string => {
  const { occasion = '', functions = [] } = found.get(path) ?? {};
  const exported = functions.map(
    (name) => `export const ${name} = async (...input) => (await load()).${name}(...input);`,
  );
  return [`const load = () => import('occasion:${occasion}');`, ...exported].join('\n');
};

const together = (occasion: string): string =>
  (occasions[occasion] ?? [])
    .map(({ path, functions }) => `export { ${functions.join(', ')} } from './${path}';`)
    .join('\n');

const pathOf = (path: string, folder: string): string =>
  path.startsWith('#') ? resolve(root, path.slice(1)) : resolve(folder, path);

/** Cuts the modules of the list out of what a function loads at its start. */
export const lateModules: Plugin = {
  name: 'late-modules',
  setup: (build) => {
    build.onResolve({ filter: /^(?:\.|#).*\.ts$/ }, ({ path, resolveDir, namespace }) => {
      const module = pathOf(path, resolveDir);
      return namespace !== 'occasion' && found.has(module) ? { path: module, namespace: 'late' } : undefined;
    });
    build.onResolve({ filter: /^occasion:/ }, ({ path }) => ({
      path: path.slice('occasion:'.length),
      namespace: 'occasion',
    }));
    build.onLoad({ filter: /./, namespace: 'late' }, ({ path }) => ({
      contents: standIn(path),
      resolveDir: dirname(path),
    }));
    build.onLoad({ filter: /./, namespace: 'occasion' }, ({ path }) => ({
      contents: together(path),
      resolveDir: root,
    }));
  },
};
