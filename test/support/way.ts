import { walkConsent } from '../../local/provider/consent.ts';
import type { RunningProduct } from './product.ts';

/** The parts of answers that the tests read; each answer has some of them. */
export interface Body {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  readonly kind: string;
  readonly type: string;
  readonly status: string;
  readonly state: string;
  readonly authId: string;
  readonly serviceId: string;
  readonly consentedAt: string;
  readonly predictedEnd: string;
  readonly accessExpiresAt: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly items: readonly Body[];
  readonly nextCursor: string | null;
}

type Input = Readonly<Record<string, unknown>>;

/** Calls the API and answers the body; throws with the answer when the status is another than expected. */
export const must = async (
  { api }: RunningProduct,
  status: number,
  [method, path, body]: readonly [string, string, unknown?],
): Promise<Body> => {
  const answer = await api.call(method, path, { body });
  if (answer.status !== status) {
    throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
  return answer.body as Body;
};

/** The organization workspace. */
export const organizationWorkspace = async (product: RunningProduct): Promise<string> => {
  const { items } = await must(product, 200, ['GET', '/v1/workspaces']);
  return items.find(({ kind }) => kind === 'organization')!.id;
};

/** The demo provider as a service definition. */
export const demoService = ({ demo }: RunningProduct, more: Input = {}) => ({
  name: 'Demo provider',
  baseUrl: demo.provider.issuer,
  auth: {
    type: 'oauth2',
    grant: 'authorization_code',
    authorizationUrl: `${demo.provider.issuer}/auth`,
    tokenUrl: `${demo.provider.issuer}/token`,
    clientId: demo.provider.client.id,
    clientSecret: demo.provider.client.secret,
    scopes: ['openid', 'email', 'profile', 'offline_access'],
    authorizationParams: { prompt: 'consent' },
  },
  ...more,
});

/** Walks a consent from a connect link; answers the callback's URL, not yet requested. */
export const consent = async (url: string, decision: 'allow' | 'deny' = 'allow'): Promise<string> =>
  (await walkConsent({ url, decision })).callbackUrl;

/** Makes an auth with the demo provider, all the way. */
export const connectDemo = async (product: RunningProduct, workspaceId: string, more: Input = {}) => {
  const { umbrellaId, ...session } = more;
  const service = await must(product, 201, [
    'POST',
    `/v1/workspaces/${workspaceId}/services`,
    demoService(product, umbrellaId ? { umbrellaId } : {}),
  ]);
  const sessions = `/v1/workspaces/${workspaceId}/connect-sessions`;
  const opened = await must(product, 201, ['POST', sessions, { serviceId: service.id, ...session }]);
  const callbackUrl = await consent(opened.url);
  const page = await fetch(callbackUrl, { redirect: 'manual' });
  const outcome = await must(product, 200, ['GET', `${sessions}/${opened.id}`]);
  return { service, session: opened, callbackUrl, page, outcome, authId: outcome.authId };
};
