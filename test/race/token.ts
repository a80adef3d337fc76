import { createHash } from 'node:crypto';
import type { Auth } from '#shared/domain/auths/auth.ts';
import { readyCredential } from '#shared/domain/proxy/ready.ts';
import { recentService } from '#shared/domain/services/current.ts';
import type { Deps } from '#shared/ports.ts';

/** The tokens of an auth, from the vault, as a call finds them. */
export const tokensOf = async (deps: Deps, auth: Auth) => {
  const { opened } = await readyCredential(deps, auth, await recentService(deps, auth));
  return { access: opened.values['access_token'] ?? '', refresh: opened.refreshToken?.reveal() ?? '' };
};

/** Names a token without telling it. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
