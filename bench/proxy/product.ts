import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { apiClient } from '../../local/demo/client.ts';
import { startProgram, temporaryFolder } from '../processes.ts';
import type { Way } from './load.ts';

interface ProductOptions {
  readonly upstream: string;
  /** What the service wants as its bearer token. */
  readonly token: string;
  /** A DynamoDB instead of the embedded one. */
  readonly databaseUrl?: string;
}

const Id = z.object({ id: z.string() });
const Workspaces = z.object({ items: z.array(Id.extend({ kind: z.string() })) });

const makeAuth = async (url: string, key: string, { upstream, token }: ProductOptions): Promise<string> => {
  const api = apiClient(url, key);
  const { items } = await api.expect(Workspaces, 'GET', '/v1/workspaces');
  const workspace = items.find(({ kind }) => kind === 'organization');
  const path = `/v1/workspaces/${workspace?.id ?? ''}`;
  const service = await api.expect(Id, 'POST', `${path}/services`, {
    name: 'Benchmark',
    baseUrl: upstream,
    fields: [{ key: 'token', secret: true }],
    auth: { type: 'token' },
    apply: [{ in: 'header', name: 'Authorization', value: 'Bearer {{token}}' }],
  });
  const auth = { serviceId: service.id, name: 'Benchmark', fields: { token } };
  return (await api.expect(Id, 'POST', `${path}/auths`, auth)).id;
};

/** Starts the local product in a process of its own, with a service and an auth for the upstream. Answers with the proxied call. */
export const startProduct = async (
  resources: AsyncDisposableStack,
  options: ProductOptions,
): Promise<Way> => {
  const folder = await temporaryFolder(resources);
  const { pid, ready } = await startProgram(resources, new URL('../../local/start.ts', import.meta.url), {
    ready: /^Latchkey is ready: (.+)$/,
    env: {
      PORT: '0',
      LATCHKEY_DIR: folder,
      LATCHKEY_EGRESS_ALLOW: new URL(options.upstream).host,
      ...(options.databaseUrl !== undefined && { AWS_ENDPOINT_URL: options.databaseUrl }),
    },
  });
  const url = `http://127.0.0.1:${new URL(ready).port}`;
  const key = await readFile(join(folder, 'admin-key'), 'utf8');
  const auth = await makeAuth(url, key, options);
  return { pid, url: `${url}/v1/proxy/${auth}/items`, headers: { authorization: `Bearer ${key}` } };
};
