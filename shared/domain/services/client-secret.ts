import type { Deps } from '../../ports.ts';
import type { Secret } from '../../secret.ts';
import { clientSecretRef, type Service } from './service.ts';

/** The client secret of a service; undefined when its OAuth application has none. */
export const clientSecretOf = async (
  { vault }: Pick<Deps, 'vault'>,
  service: Service,
): Promise<Secret | undefined> =>
  service.clientSecret && vault.get(clientSecretRef(service), service.clientSecret.version);
