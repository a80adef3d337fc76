import type { Deps, VaultRef } from '../../ports.ts';
import type { Secret } from '../../secret.ts';
import type { Subscription } from './subscription.ts';

/** Where the signing secret of a webhook is in the vault. */
export const signingSecretRef = ({
  organizationId,
  id,
}: Pick<Subscription, 'organizationId' | 'id'>): VaultRef => ({
  kind: 'subscription',
  organizationId,
  id,
});

/** The secrets that a webhook is signed with now: the newest first, then the one before while both hold. */
export const signingSecrets = async (
  { vault, clock }: Deps,
  subscription: Subscription,
): Promise<readonly Secret[]> => {
  const { secretVersion, secretBefore } = subscription;
  const before = secretBefore && secretBefore.until > clock.now() ? secretBefore.version : undefined;
  const versions = [secretVersion, before].filter((version) => version !== undefined);
  const found = await Promise.all(
    versions.map((version) => vault.get(signingSecretRef(subscription), version)),
  );
  // Without the newest nothing is sent: the one before alone would be taken for the end of the overlap.
  return found[0] === undefined ? [] : found.filter((secret) => secret !== undefined);
};
