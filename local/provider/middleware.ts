import type Provider from 'oidc-provider';

/** The provider is a Koa application; these are its middleware and what that is given of a request. */
export type Middleware = Provider['middleware'][number];
export type Context = Parameters<Middleware>[0];
