import { lifetimeOf } from '../lifetimes/lifetime.ts';
import type { ServiceInUse } from '../services/current.ts';

/** How long the provider lets a refresh token rest, in milliseconds, as far as its lifetime says; what its answers say is above it. */
export const restOf = ({ definition }: ServiceInUse): number | undefined => {
  const { idle, absolute } = lifetimeOf(definition);
  const limits = [idle, absolute?.restarts ? absolute : undefined].flatMap(
    (limit) => limit?.milliseconds ?? [],
  );
  return limits.length === 0 ? undefined : Math.min(...limits);
};
