import { routes } from '#functions/routes.ts';
import { described, form, word } from './planted-requests.ts';
import type { Planted } from './planted-world.ts';
import type { Where } from './walk-auths.ts';

/** What stands for a parameter of a path, besides what the walk has made. */
const others: Readonly<Record<string, string>> = {
  userId: 'nobody',
  importId: `imp_${'0'.repeat(26)}`,
  deliveryId: `dlv_${'0'.repeat(26)}`,
  token: `${word}-link`,
  path: 'x',
  environment: 'sandbox',
  name: word,
};

/** Calls every route badly: no key, a wrong key, a secret where it does not belong, broken JSON around one. */
export const callBadly = async (
  { send, key }: Planted,
  made: Readonly<Record<string, string>>,
): Promise<void> => {
  const values: Readonly<Record<string, string | undefined>> = { ...others, ...made };
  const secretEverywhere = {
    name: 7,
    secret: `${word}-stray`,
    unheard: `${word}-stray`,
    auth: { type: 'oauth2', clientSecret: [`${word}-x`] },
    fields: { api_key: 7 },
  };
  for (const { route } of routes) {
    const path = route.path.replace(/\{(\w+)\+?\}/g, (all, name: string) => values[name] ?? all);
    const method = route.method === 'ANY' ? 'POST' : route.method;
    if (method === 'DELETE') continue;
    await send(method, path, secretEverywhere, { headers: { 'if-match': '"99"' }, query: `unheard=${word}` });
    await send(method, path, `{"clientSecret": "${word}-broken`, { query: `code=${word}&state=${word}` });
    await send(method, path, undefined, { as: `${key}${word}` });
    await send(method, path.replace(/_[0-9a-z]{26}/g, `_${word}`), undefined);
  }
};

/** Sends what cannot be taken, around secrets, to a service, an auth and a page. */
export const sendBadly = async ({ send }: Planted, { ws, keyed }: Where, page: string): Promise<void> => {
  await send('POST', `${ws}/services`, described({ baseUrl: 'https://{{nothing}}.example' }));
  await send('POST', `${ws}/auths`, { serviceId: keyed, name: 'x', fields: { unheard: `${word}-value` } });
  await send('POST', page, undefined, form({ pin: `not-${word}-pin`, other: word }));
  await send(
    'POST',
    `/connect/${'0'.repeat(26)}_${'0'.repeat(26)}_${'0'.repeat(52)}`,
    undefined,
    form({ pin: word }),
  );
};
