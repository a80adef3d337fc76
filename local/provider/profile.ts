import type Provider from 'oidc-provider';
import { demoUser } from './account.ts';
import type { Middleware } from './middleware.ts';

/** The provider's small API: `GET /api/profile` answers with the account whose bearer token comes along (RFC 6750). */
export const profileApi =
  (provider: Provider): Middleware =>
  async (ctx, next) => {
    if (ctx.path !== '/api/profile' || ctx.method !== 'GET') {
      await next();
      return;
    }
    ctx.set('Cache-Control', 'no-store');
    const value = /^bearer +(\S+)$/i.exec(ctx.get('authorization'))?.[1];
    const token = value === undefined ? undefined : await provider.AccessToken.find(value);
    if (token?.accountId === demoUser.id) {
      ctx.body = demoUser;
      return;
    }
    ctx.status = 401;
    ctx.set('WWW-Authenticate', value === undefined ? 'Bearer' : 'Bearer error="invalid_token"');
    ctx.body = { error: 'invalid_token', error_description: 'The access token is missing, over or revoked.' };
  };
