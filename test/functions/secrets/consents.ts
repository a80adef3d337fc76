import { form, id, pathOf, word } from './planted-requests.ts';
import type { Planted } from './planted-world.ts';

/** How the provider's redirect ends a consent that went well. */
export const withCode =
  ({ provider }: Planted) =>
  (state: string): string =>
    `state=${state}&code=${word}-code-${provider.issued}`;

/** Walks a person through the pages of connect sessions with a service, each to whatever end. */
export const consents =
  ({ send, drawn }: Planted, { sessions, serviceId }: Record<'sessions' | 'serviceId', string>) =>
  async (
    end: (state: string) => string,
    { environment, ...more }: { environment?: string } & Record<string, unknown> = {},
  ) => {
    const session = await send('POST', sessions, { serviceId, environment, ...more });
    const page = pathOf(session.json['url']);
    drawn.set(`link ${drawn.size}`, page.slice(page.lastIndexOf('_') + 1));
    const opened = await send('GET', page);
    const next =
      opened.status === 303
        ? opened
        : await send('POST', page, undefined, form({ sub: 'eu', pin: `${word}-pin` }));
    const state = new URL(next.headers['location'] ?? 'https://none').searchParams.get('state') ?? '';
    drawn.set(`state ${drawn.size}`, state);
    const back = environment === undefined ? '/oauth/callback' : `/oauth/callback/${environment}`;
    await send('GET', back, undefined, { query: end(state) });
    const { json } = await send('GET', `${sessions}/${id(session)}`);
    return { page, authId: String(json['authId']), sessionId: id(session), state };
  };
