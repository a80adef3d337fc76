import type { Deps } from '../../ports.ts';
import type { Connector } from '../connectors/connector.ts';
import type { Bundle, BundledConnector } from './bundle.ts';
import type { FoundService } from './find-service.ts';
import { connectorsFor, type Target } from './target.ts';

/** The connector itself; else the only one of the same name that does the same with the same service. */
const meant = (found: readonly Connector[], { id, name }: BundledConnector): Connector | undefined => {
  const itself = found.find((connector) => connector.id === id);
  const alike = found.filter((connector) => connector.name.toLowerCase() === name.toLowerCase());
  return itself ?? (alike.length === 1 ? alike[0] : undefined);
};

/** Which connectors of the target stand for those of the bundle, by ref. None is made: what a connector does is the platform's. */
export const findConnectors = async (
  deps: Deps,
  target: Target,
  { bundle, found }: { readonly bundle: Bundle; readonly found: ReadonlyMap<string, FoundService> },
): Promise<ReadonlyMap<string, Connector>> => {
  const usable = new Map<string, readonly Connector[]>();
  const answer = new Map<string, Connector>();
  for (const connector of bundle.connectors) {
    const service = found.get(connector.service)?.service;
    if (!service) continue;
    const there = usable.get(service.id) ?? (await connectorsFor(deps, target, service.id));
    usable.set(service.id, there);
    const one = meant(there, connector);
    if (one) answer.set(connector.ref, one);
  }
  return answer;
};
