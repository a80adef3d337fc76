import { systemClock } from '#shared/aws/clock.ts';
import { guardedHttp, parseAllowList } from '#shared/aws/egress.ts';
import { provide } from '#shared/deps.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { installStreaming } from '../../local/awslambda.ts';
import { loadFunctions } from '../../local/functions.ts';
import { startGateway } from '../../local/gateway.ts';
import { world } from '../support/deps.ts';

/**
 * The product behind the local gateway, in this process: the very functions of Lambda, and the real guard, which lets nothing
 * but loopback through. Names that end in `.example` lead there, too.
 */
export const startRunning = async () => {
  const w = await world();
  const allow = parseAllowList('127.0.0.1');
  const http = guardedHttp({ allow, plainHttp: true, resolve: () => Promise.resolve(['127.0.0.1']) });
  const deps = {
    ...w.deps,
    http,
    clock: systemClock,
    settings: { ...w.deps.settings, plainHttp: true, allow },
  };
  provide(deps);
  installStreaming();
  const gateway = await startGateway(0, { ...(await loadFunctions()), local: () => Promise.resolve(false) });
  const key = (await firstKey(deps, w.organizationId)).reveal();
  return { ...w, deps, key, port: gateway.port, stop: gateway.stop };
};
