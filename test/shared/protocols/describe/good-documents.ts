/** A description of an API, and what its draft must hold. */
export interface Good {
  readonly what: string;
  readonly text: string;
  readonly draft: object;
  /** Members of the draft that there must not be. */
  readonly absent?: readonly string[];
  readonly missing: readonly string[];
  /** Parts of the messages of findings that there must be. */
  readonly findings?: readonly RegExp[];
}

const openapi = (rest: object): string =>
  JSON.stringify({
    openapi: '3.0.3',
    info: { title: 'Acme', version: '1' },
    servers: [{ url: 'https://api.acme.example/v1' }],
    ...rest,
  });

const schemes = (securitySchemes: object, rest: object = {}): string =>
  openapi({ components: { securitySchemes }, ...rest });

const swagger = (rest: object): string =>
  JSON.stringify({
    swagger: '2.0',
    info: { title: 'Acme', version: '1' },
    host: 'api.acme.example',
    basePath: '/v1/',
    schemes: ['http', 'https'],
    ...rest,
  });

const key = (place: string, name: string) => ({ type: 'apiKey', in: place, name });
const codeFlow = {
  authorizationUrl: 'https://acme.example/authorize',
  tokenUrl: 'https://acme.example/token',
  scopes: { read: 'Reads', write: 'Writes' },
};
const client = ['auth.clientId', 'auth.clientSecret'];

export const good: readonly Good[] = [
  {
    what: 'a key in a header',
    text: schemes({ ApiKey: key('header', 'X-Api-Key') }),
    draft: {
      name: 'Acme',
      baseUrl: 'https://api.acme.example/v1',
      fields: [{ key: 'ApiKey', title: 'X-Api-Key', secret: true }],
      auth: { type: 'token' },
      apply: [{ in: 'header', name: 'X-Api-Key', value: '{{ApiKey}}' }],
    },
    missing: [],
  },
  {
    what: 'a key in the query',
    text: schemes({ key: key('query', 'api_key') }),
    draft: { apply: [{ in: 'query', name: 'api_key', value: '{{key}}' }] },
    missing: [],
  },
  {
    what: 'a key in a cookie',
    text: schemes({ key: key('cookie', 'session') }),
    draft: { apply: [{ in: 'cookie', name: 'session', value: '{{key}}' }] },
    missing: [],
  },
  {
    what: 'a key in the header Authorization',
    text: schemes({ key: key('header', 'Authorization') }),
    draft: { apply: [{ in: 'header', name: 'Authorization', value: '{{key}}' }] },
    missing: [],
    findings: [/does not say how it begins/],
  },
  {
    what: 'HTTP basic',
    text: schemes({ b: { type: 'http', scheme: 'Basic' } }),
    draft: {
      fields: [{ key: 'username' }, { key: 'password', secret: true }],
      auth: { type: 'token' },
      apply: [{ in: 'basic', value: '{{username}}:{{password}}' }],
    },
    missing: [],
  },
  {
    what: 'HTTP bearer',
    text: schemes({ b: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } }),
    draft: {
      fields: [{ key: 'token', secret: true }],
      apply: [{ in: 'header', name: 'Authorization', value: 'Bearer {{token}}' }],
    },
    missing: [],
  },
  {
    what: 'another HTTP scheme',
    text: schemes({ b: { type: 'http', scheme: 'Digest' } }),
    draft: { apply: [{ in: 'header', name: 'Authorization', value: 'Digest {{token}}' }] },
    missing: [],
    findings: [/computed anew/],
  },
  {
    what: 'the authorization code flow, preferred to the others',
    text: schemes({
      o: {
        type: 'oauth2',
        flows: {
          implicit: { authorizationUrl: 'https://acme.example/authorize', scopes: {} },
          clientCredentials: { tokenUrl: 'https://acme.example/token', scopes: {} },
          authorizationCode: { ...codeFlow, refreshUrl: 'https://acme.example/refresh' },
        },
      },
    }),
    draft: {
      auth: {
        type: 'oauth2',
        grant: 'authorization_code',
        authorizationUrl: 'https://acme.example/authorize',
        tokenUrl: 'https://acme.example/token',
        scopes: ['read', 'write'],
        refresh: { url: 'https://acme.example/refresh' },
      },
    },
    missing: client,
    findings: [/every scope/, /also knows client_credentials, implicit/],
  },
  {
    what: 'a refresh URL that is the token URL',
    text: schemes({
      o: { type: 'oauth2', flows: { authorizationCode: { ...codeFlow, refreshUrl: codeFlow.tokenUrl } } },
    }),
    draft: {},
    absent: ['auth.refresh'],
    missing: client,
  },
  {
    what: 'the client credentials flow',
    text: schemes({
      o: {
        type: 'oauth2',
        flows: { clientCredentials: { tokenUrl: 'https://acme.example/token', scopes: {} } },
      },
    }),
    draft: { auth: { grant: 'client_credentials', tokenUrl: 'https://acme.example/token', scopes: [] } },
    missing: client,
  },
  {
    what: 'the password flow',
    text: schemes({
      o: { type: 'oauth2', flows: { password: { tokenUrl: 'https://acme.example/token', scopes: {} } } },
    }),
    draft: {
      fields: [{ key: 'username' }, { key: 'password', secret: true }],
      auth: { grant: 'password', username: '{{username}}', password: '{{password}}' },
    },
    missing: [...client, 'auth.acknowledgeRisk'],
  },
  {
    what: 'the implicit flow alone',
    text: schemes({
      o: {
        type: 'oauth2',
        flows: { implicit: { authorizationUrl: 'https://acme.example/authorize', scopes: { read: '' } } },
      },
    }),
    draft: { auth: { grant: 'authorization_code', authorizationUrl: 'https://acme.example/authorize' } },
    missing: ['auth.tokenUrl', ...client],
    findings: [/only the implicit flow/],
  },
  {
    what: 'URLs of OAuth that stand on the host of the API',
    text: schemes({
      o: {
        type: 'oauth2',
        flows: {
          authorizationCode: { authorizationUrl: '/oauth/authorize', tokenUrl: '/oauth/token', scopes: {} },
        },
      },
    }),
    draft: {
      auth: {
        authorizationUrl: 'https://api.acme.example/oauth/authorize',
        tokenUrl: 'https://api.acme.example/oauth/token',
      },
    },
    missing: client,
  },
  {
    what: 'URLs of OAuth that no one may be sent to',
    text: schemes({
      o: {
        type: 'oauth2',
        flows: {
          authorizationCode: {
            authorizationUrl: 'javascript:alert(1)',
            tokenUrl: 'https://user:pass@acme.example/token',
            scopes: {},
          },
        },
      },
    }),
    draft: {},
    absent: ['auth.authorizationUrl', 'auth.tokenUrl'],
    missing: ['auth.authorizationUrl', 'auth.tokenUrl', ...client],
  },
  {
    what: 'a tenant in the URLs of OAuth',
    text: schemes({
      o: {
        type: 'oauth2',
        flows: {
          clientCredentials: { tokenUrl: 'https://login.acme.example/{tenant-id}/token', scopes: {} },
        },
      },
    }),
    draft: {
      fields: [{ key: 'tenant_id', title: 'tenant-id' }],
      auth: { tokenUrl: 'https://login.acme.example/{{tenant_id}}/token' },
    },
    missing: client,
  },
  {
    what: 'scopes that the whole API asks for, and some that are none',
    text: schemes(
      { o: { type: 'oauth2', flows: { authorizationCode: codeFlow } } },
      { security: [{ o: ['read', 'not a scope'] }] },
    ),
    draft: { auth: { scopes: ['read'] } },
    missing: client,
    findings: [/1 of the scopes cannot be used/],
  },
  {
    what: 'the scheme that the document asks for rather than a better one',
    text: schemes(
      { o: { type: 'oauth2', flows: { authorizationCode: codeFlow } }, key: key('query', 'key') },
      { security: [{}, { key: [] }] },
    ),
    draft: { auth: { type: 'token' }, apply: [{ in: 'query', name: 'key', value: '{{key}}' }] },
    missing: [],
    findings: [/The draft uses key\. The document also knows o\./],
  },
  {
    what: 'the best of several schemes, none of them asked for',
    text: schemes({
      basic: { type: 'http', scheme: 'basic' },
      key: key('query', 'key'),
      token: { type: 'http', scheme: 'bearer' },
    }),
    draft: { apply: [{ in: 'header', name: 'Authorization', value: 'Bearer {{token}}' }] },
    missing: [],
    findings: [/also knows basic, key/],
  },
  {
    what: 'two keys that are asked for together',
    text: schemes(
      { appId: key('header', 'X-App-Id'), appKey: key('header', 'X-App-Key') },
      { security: [{ appId: [], appKey: [] }] },
    ),
    draft: {
      fields: [{ key: 'appId' }, { key: 'appKey' }],
      auth: { type: 'token' },
      apply: [
        { in: 'header', name: 'X-App-Id', value: '{{appId}}' },
        { in: 'header', name: 'X-App-Key', value: '{{appKey}}' },
      ],
    },
    missing: [],
  },
  {
    what: 'OAuth 2 and a key together',
    text: schemes(
      {
        o: { type: 'oauth2', flows: { authorizationCode: codeFlow } },
        sub: key('header', 'Subscription-Key'),
      },
      { security: [{ o: ['read'], sub: [] }] },
    ),
    draft: {
      fields: [{ key: 'sub', secret: true }],
      auth: { grant: 'authorization_code', scopes: ['read'] },
      apply: [
        { in: 'header', name: 'Authorization', value: 'Bearer {{access_token}}' },
        { in: 'header', name: 'Subscription-Key', value: '{{sub}}' },
      ],
    },
    missing: client,
  },
  {
    what: 'two schemes together that write to the same place',
    text: schemes(
      { basic: { type: 'http', scheme: 'basic' }, bearer: { type: 'http', scheme: 'bearer' } },
      { security: [{ basic: [], bearer: [] }] },
    ),
    draft: { apply: [{ in: 'basic', value: '{{username}}:{{password}}' }] },
    missing: [],
    findings: [/write to the same place/],
  },
  {
    what: 'names of schemes that no field may have',
    text: schemes(
      {
        constructor: key('query', 'a'),
        access_token: key('query', 'b'),
        '2-factor key!': key('query', 'c'),
        日本: key('query', 'd'),
      },
      { security: [{ constructor: [], access_token: [], '2-factor key!': [], 日本: [] }] },
    ),
    draft: {
      fields: [{ key: 'constructor_2' }, { key: 'access_token_2' }, { key: 'factor_key' }, { key: 'field' }],
    },
    missing: [],
  },
  {
    what: 'a scheme by reference',
    text: openapi({
      components: {
        securitySchemes: {
          a: { $ref: '#/components/securitySchemes/b' },
          b: { $ref: '#/components/x-schemes/the~1key' },
        },
        'x-schemes': { 'the/key': key('header', 'X-Key') },
      },
      security: [{ a: [] }],
    }),
    draft: { apply: [{ in: 'header', name: 'X-Key', value: '{{a}}' }] },
    missing: [],
  },
  {
    what: 'variables of a server',
    text: openapi({
      servers: [
        {
          url: '{scheme}://{tenant}.{region}.acme.example:{port}/{basePath}/',
          variables: {
            scheme: { enum: ['http', 'https'], default: 'http' },
            tenant: { default: 'demo', description: 'Your\nteam' },
            region: { enum: ['eu', 'us'], default: 'eu' },
            port: { enum: ['8443', '443'], default: '8443' },
            basePath: { default: 'v1/rest' },
          },
        },
      ],
      components: { securitySchemes: { key: key('query', 'key') } },
    }),
    draft: {
      baseUrl: 'https://{{tenant}}.{{region}}.acme.example:8443/v1/rest',
      fields: [
        { key: 'tenant', title: 'tenant', help: 'Your team', default: 'demo' },
        { key: 'region', default: 'eu', options: [{ value: 'eu' }, { value: 'us' }] },
        { key: 'key' },
      ],
    },
    missing: [],
    findings: [/written in with its default/],
  },
  {
    what: 'a server that is a path',
    text: schemes({ key: key('query', 'key') }, { servers: [{ url: '/api/v3' }] }),
    draft: { name: 'Acme' },
    missing: ['baseUrl'],
  },
  {
    what: 'several servers, the first of them plain HTTP',
    text: schemes(
      { key: key('query', 'key') },
      { servers: [{ url: 'http://api.acme.example' }, { url: 'https://api.acme.example/' }] },
    ),
    draft: { baseUrl: 'https://api.acme.example' },
    missing: [],
    findings: [/names 2 servers/],
  },
  {
    what: 'a server of plain HTTP alone',
    text: schemes({ key: key('query', 'key') }, { servers: [{ url: 'http://api.acme.example' }] }),
    draft: { baseUrl: 'http://api.acme.example' },
    missing: [],
    findings: [/plain HTTP/],
  },
  {
    what: 'no title, and a link that is none',
    text: schemes(
      { key: key('query', 'key') },
      { info: { title: ' \n ' }, externalDocs: { url: 'javascript:alert(1)' } },
    ),
    draft: {},
    absent: ['documentationUrl'],
    missing: ['name'],
  },
  {
    what: 'a document of 3.1 in YAML, with comments, an alias and a version without quotes',
    text: `# An API
openapi: 3.1
info:
  title: "Acme\\tCRM"
  description: |
    Several lines: with [brackets], *stars* and !marks
    &more
externalDocs: { url: https://acme.example/docs }
servers:
  - url: https://api.acme.example
components:
  securitySchemes:
    first: &key
      type: apiKey
      in: header
      name: X-Key
    second: *key
security:
  - second: []
`,
    draft: {
      name: 'Acme CRM',
      documentationUrl: 'https://acme.example/docs',
      apply: [{ in: 'header', name: 'X-Key', value: '{{second}}' }],
    },
    missing: [],
    findings: [/also knows first/],
  },
  {
    what: 'keys of JSON that JavaScript could mistake for its own',
    text: schemes({ key: key('query', 'key') }, { constructor: { prototype: { polluted: true } } }),
    draft: { apply: [{ in: 'query', name: 'key', value: '{{key}}' }] },
    missing: [],
  },
  {
    what: 'Swagger 2 with a key',
    text: swagger({ securityDefinitions: { key: key('header', 'X-Key') } }),
    draft: {
      baseUrl: 'https://api.acme.example/v1',
      apply: [{ in: 'header', name: 'X-Key', value: '{{key}}' }],
    },
    missing: [],
  },
  {
    what: 'Swagger 2 with basic, as YAML without quotes around its version',
    text: 'swagger: 2.0\ninfo: {title: Acme}\nhost: acme.example:8443\nsecurityDefinitions:\n  b: {type: basic}\n',
    draft: {
      baseUrl: 'https://acme.example:8443',
      apply: [{ in: 'basic', value: '{{username}}:{{password}}' }],
    },
    missing: [],
  },
  {
    what: 'Swagger 2 with the access code flow',
    text: swagger({
      securityDefinitions: { o: { type: 'oauth2', flow: 'accessCode', ...codeFlow } },
      security: [{ o: ['write'] }],
    }),
    draft: {
      auth: {
        grant: 'authorization_code',
        authorizationUrl: 'https://acme.example/authorize',
        tokenUrl: 'https://acme.example/token',
        scopes: ['write'],
      },
    },
    missing: client,
  },
  {
    what: 'Swagger 2 with the application flow',
    text: swagger({
      securityDefinitions: { o: { type: 'oauth2', flow: 'application', tokenUrl: codeFlow.tokenUrl } },
    }),
    draft: { auth: { grant: 'client_credentials' } },
    missing: client,
  },
  {
    what: 'Swagger 2 with the password flow',
    text: swagger({
      securityDefinitions: { o: { type: 'oauth2', flow: 'password', tokenUrl: codeFlow.tokenUrl } },
    }),
    draft: { auth: { grant: 'password' } },
    missing: [...client, 'auth.acknowledgeRisk'],
  },
  {
    what: 'Swagger 2 with the implicit flow',
    text: swagger({
      securityDefinitions: {
        o: { type: 'oauth2', flow: 'implicit', authorizationUrl: codeFlow.authorizationUrl },
      },
    }),
    draft: { auth: { grant: 'authorization_code' } },
    missing: ['auth.tokenUrl', ...client],
    findings: [/only the implicit flow/],
  },
  {
    what: 'Swagger 2 without a host',
    text: swagger({ host: undefined, securityDefinitions: { key: key('query', 'key') } }),
    draft: {},
    absent: ['baseUrl'],
    missing: ['baseUrl'],
  },
];
