import { errors, type default as Provider, type Interaction } from 'oidc-provider';
import { demoUser } from './account.ts';
import type { Context, Middleware } from './middleware.ts';
import { consentPage, errorPage, pageHeaders } from './pages.ts';

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

const show = (ctx: Context, status: number, html: string) => {
  ctx.status = status;
  ctx.set(pageHeaders);
  ctx.type = 'html';
  ctx.body = html;
};

/** Logs the demo account in and grants all that is asked. A new grant each time, so that its life begins at this consent. */
const allow = async (provider: Provider, { params }: Interaction) => {
  const grant = new provider.Grant({ accountId: demoUser.id, clientId: textOf(params['client_id']) });
  grant.addOIDCScope(textOf(params['scope']));
  return { login: { accountId: demoUser.id }, consent: { grantId: await grant.save() } };
};

const denial = { error: 'access_denied', error_description: 'The person did not agree.' };

const interact = async (
  provider: Provider,
  ctx: Context,
  { uid, act }: { uid: string; act?: string | undefined },
) => {
  const interaction = await provider.interactionDetails(ctx.req, ctx.res);
  if (interaction.uid !== uid) throw new errors.SessionNotFound('The page belongs to another request.');
  if (act === undefined) {
    const scopes = textOf(interaction.params['scope']).split(' ');
    show(ctx, 200, consentPage({ uid, client: 'Latchkey', scopes, account: demoUser.email }));
    return;
  }
  const result = act === 'confirm' ? await allow(provider, interaction) : denial;
  ctx.redirect(
    await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: false }),
  );
  ctx.status = 303;
};

const path = /^\/interaction\/(?<uid>[\w-]+)(?:\/(?<act>confirm|abort))?$/;

/** The pages on which the person says yes or no: `GET /interaction/:uid`, `POST …/confirm` and `POST …/abort`. */
export const interactions =
  (provider: Provider): Middleware =>
  async (ctx, next) => {
    const { uid, act } = path.exec(ctx.path)?.groups ?? {};
    if (uid === undefined || ctx.method !== (act === undefined ? 'GET' : 'POST')) {
      await next();
      return;
    }
    try {
      await interact(provider, ctx, { uid, act });
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error;
      show(ctx, 400, errorPage('this page is over'));
    }
  };

/**
 * Adds `prompt=consent` to a request for `offline_access`. The library would drop the scope without a word where a
 * client does not ask for the prompt (OpenID Connect Core, section 11); here the person is asked instead.
 */
export const consentForOfflineAccess: Middleware = async (ctx, next) => {
  const { scope, prompt = '' } = ctx.query;
  const prompts = typeof prompt === 'string' ? prompt.split(' ').filter(Boolean) : ['none'];
  const settled = prompts.includes('none') || prompts.includes('consent');
  if (ctx.path === '/auth' && textOf(scope).split(' ').includes('offline_access') && !settled) {
    ctx.query = { ...ctx.query, prompt: [...prompts, 'consent'].join(' ') };
  }
  await next();
};
