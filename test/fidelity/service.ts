import type { RunningProduct } from '../support/product.ts';
import { must, organizationWorkspace } from '../support/way.ts';

/** Makes a service of a base URL that wants a key in the header X-Api-Key, and an auth of it. Answers with the auth's id. */
export const keyedService = async (product: RunningProduct, baseUrl: string): Promise<string> => {
  const workspace = `/v1/workspaces/${await organizationWorkspace(product)}`;
  const service = await must(product, 201, [
    'POST',
    `${workspace}/services`,
    {
      name: 'Recorded',
      baseUrl,
      fields: [{ key: 'api_key', secret: true }],
      auth: { type: 'token' },
      apply: [{ in: 'header', name: 'X-Api-Key', value: '{{api_key}}' }],
    },
  ]);
  const auth = { serviceId: service.id, name: 'Main', fields: { api_key: 'the-api-key' } };
  return (await must(product, 201, ['POST', `${workspace}/auths`, auth])).id;
};
