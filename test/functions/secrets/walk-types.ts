import { tokenUrl } from '../../support/nouns.ts';
import { described, id, word } from './planted-requests.ts';
import type { Planted } from './planted-world.ts';

const otherTypes = () => {
  const test = { path: '/who', label: 'name' };
  const revocationUrl = 'https://acme.example/oauth/token/revoke';
  const base = { name: 'Other', baseUrl: 'https://api.other.example', test };
  const fields = [{ key: 'user' }, { key: 'pass', secret: true }];
  const { auth } = described();
  const secret = `${word}-consumer-secret`;
  return [
    {
      ...base,
      auth: { ...auth, grant: 'client_credentials', authorizationUrl: undefined, revocationUrl },
      secrets: { partner: `${word}-partner` },
      apply: [{ in: 'header', name: 'x-partner', value: '{{secrets.partner}}{{access_token}}' }],
      environments: { sandbox: { auth: { clientId: 'other', clientSecret: `${word}-box-secret` } } },
      fields,
    },
    {
      ...base,
      auth: {
        ...auth,
        grant: 'password',
        authorizationUrl: undefined,
        username: '{{user}}',
        password: '{{pass}}',
        acknowledgeRisk: true,
      },
      fields,
    },
    {
      ...base,
      auth: {
        type: 'oauth1',
        grant: 'fixed_tokens',
        consumerKey: 'key',
        consumerSecret: secret,
        token: '{{user}}',
        tokenSecret: '{{pass}}',
        acknowledgeRisk: true,
      },
      fields,
    },
    {
      ...base,
      auth: {
        type: 'login',
        steps: [{ url: tokenUrl, json: { user: '{{user}}', pass: '{{pass}}' } }],
        revocation: { url: revocationUrl, form: { token: '{{access_token}}' } },
      },
      fields,
    },
  ];
};

/** Every other way to authenticate, each made, used, tried, edited and deleted, and what helps to describe a service. */
export const walkTypes = async (planted: Planted, ws: string): Promise<void> => {
  const { send, settle, provider } = planted;
  const [services, auths] = [`${ws}/services`, `${ws}/auths`];
  await send('GET', '/v1/catalogue');
  await send('GET', '/v1/catalogue/gitlab');
  await send('GET', '/v1/lifetime-profiles');
  await send('GET', '/v1/lifetime-profiles/google');
  await send('GET', '/v1/organization');
  await send('PATCH', '/v1/organization', { discouragedTypes: 'allowed' });
  const entry = { entry: 'gitlab', clientId: 'x', clientSecret: `${word}-gitlab-secret` };
  await send('POST', `${services}/from-catalogue`, entry);
  await send('POST', `${services}/import`, {
    openapi: { openapi: '3.1.0', info: { title: 'x', version: '1' }, paths: {}, [word]: `${word}-document` },
  });
  await send(
    'POST',
    `${services}/check`,
    described({ auth: { ...described().auth, privateKey: `${word}-key` } }),
  );
  const values = { user: `${word}-user`, pass: `${word}-pass` };
  for (const document of otherTypes()) {
    const service = await send('POST', services, document);
    for (const environment of ['production', 'sandbox']) {
      const made = await send('POST', auths, {
        serviceId: id(service),
        environment,
        name: 'A',
        fields: values,
      });
      const path = `${auths}/${id(made)}`;
      for (const act of ['test', 'refresh']) await send('POST', `${path}/${act}`);
      await send('GET', `/v1/proxy/${id(made)}/me`);
      provider.mode = 'html';
      await send('POST', auths, { serviceId: id(service), environment, name: 'A', fields: values });
      await send('POST', `${path}/refresh`);
      provider.mode = 'refused';
      await send('POST', auths, { serviceId: id(service), environment, name: 'A', fields: values });
      provider.mode = 'good';
      if (made.status !== 201) continue;
      provider.mode = environment === 'sandbox' ? 'html' : 'good';
      await send('DELETE', path);
      await settle();
      provider.mode = 'good';
      await send('GET', `${path}/history`);
    }
    await send('POST', `${services}/${id(service)}/check`, {});
    await send('POST', auths, { serviceId: id(service), name: 'A', fields: values });
    await send('PATCH', `${services}/${id(service)}`, { auth: { clientId: 'changed' } });
    await settle();
    await send('DELETE', `${services}/${id(service)}`, undefined, { query: 'force=true' });
    await settle();
  }
  const definitions = await send('POST', `${services}/export`, {});
  const open = (definitions.json['toFillIn'] ?? []) as readonly { path: string }[];
  const filled = Object.fromEntries(open.map(({ path }) => [path, `${word}-${path}`]));
  for (const dryRun of [true, false])
    await send('POST', `${services}/import-definitions`, {
      ...definitions.json,
      values: filled,
      umbrellas: { Acme: null },
      clashes: 'rename',
      dryRun,
    });
  await send('POST', auths, {
    name: 'Generic',
    generic: {
      baseUrl: 'https://api.generic.example',
      fields: { k: `${word}-generic` },
      apply: [{ in: 'header', name: 'x-key', value: '{{k}}' }],
    },
  });
  await send('POST', auths, { name: 'Generic', generic: { clientSecret: `${word}-generic-secret` } });
};
