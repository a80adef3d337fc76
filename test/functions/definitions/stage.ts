import { handler as definitions } from '#functions/definitions/lambda.ts';
import { handler as services } from '#functions/services/lambda.ts';
import { handler as umbrellas } from '#functions/umbrellas/lambda.ts';
import { handler as workspaces } from '#functions/workspaces/lambda.ts';
import { provide } from '#shared/deps.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { call, type Answered } from '../../support/api.ts';
import { world, type World } from '../../support/deps.ts';

const handlerOf = (path: string): unknown => {
  if (path.startsWith('/v1/umbrellas')) return umbrellas;
  if (!path.includes('/services')) return workspaces;
  return /\/services\/(export|import-definitions)$/.test(path) ? definitions : services;
};

/** A deployment of its own with an owner's key. `send` takes paths below a workspace, or whole ones. */
export const deployment = async (seed: number) => {
  const w: World = await world(seed);
  const key = (await firstKey(w.deps, w.organizationId)).reveal();
  const send = (
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answered> => {
    provide(w.deps);
    const whole = path.startsWith('/v1') ? path : `/v1/workspaces/${w.workspaceId}/${path}`;
    return call(handlerOf(whole), {
      method,
      path: whole,
      body,
      headers: { authorization: `Bearer ${key}`, ...headers },
    });
  };
  return { ...w, key, send };
};
