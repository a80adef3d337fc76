import type Provider from 'oidc-provider';
import type { Middleware } from './middleware.ts';

/** What an access token must allow for the reports to be read. */
export const reportsScope = 'reports:read';

const reports = ['2026-q1', '2026-q2'] as const;

/** The provider's API for programs: `GET /api/reports` answers to a client that asks in its own name (RFC 6749 §4.4). */
export const reportsApi =
  (provider: Provider): Middleware =>
  async (ctx, next) => {
    if (ctx.path !== '/api/reports' || ctx.method !== 'GET') {
      await next();
      return;
    }
    ctx.set('Cache-Control', 'no-store');
    const value = /^bearer +(\S+)$/i.exec(ctx.get('authorization'))?.[1];
    const token = value === undefined ? undefined : await provider.ClientCredentials.find(value);
    if (token?.scope?.split(' ').includes(reportsScope)) {
      ctx.body = { client: token.clientId, reports };
      return;
    }
    ctx.status = 401;
    ctx.set('WWW-Authenticate', value === undefined ? 'Bearer' : 'Bearer error="invalid_token"');
    ctx.body = { error: 'invalid_token', error_description: 'The access token is missing, over or revoked.' };
  };
