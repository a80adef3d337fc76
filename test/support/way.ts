import { walkConsent } from '../../local/provider/consent.ts';
import type { RunningProduct } from './product.ts';

type Body = Record<string, any>;

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
  return items.find((workspace: Body) => workspace['kind'] === 'organization').id;
};

/** The demo provider as a service definition. */
export const demoService = ({ demo }: RunningProduct, more: Body = {}): Body => ({
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
export const connectDemo = async (product: RunningProduct, workspaceId: string, more: Body = {}) => {
  const { umbrellaId, ...session } = more;
  const service = await must(product, 201, [
    'POST',
    `/v1/workspaces/${workspaceId}/services`,
    demoService(product, umbrellaId ? { umbrellaId } : {}),
  ]);
  const sessions = `/v1/workspaces/${workspaceId}/connect-sessions`;
  const opened = await must(product, 201, ['POST', sessions, { serviceId: service['id'], ...session }]);
  const callbackUrl = await consent(opened['url']);
  const page = await fetch(callbackUrl, { redirect: 'manual' });
  const outcome = await must(product, 200, ['GET', `${sessions}/${opened['id']}`]);
  return { service, session: opened, callbackUrl, page, outcome, authId: outcome['authId'] as string };
};
