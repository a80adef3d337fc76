/** What providers really answer, oddities included, and what it must mean. Tokens and ids are made up. */
export interface TokenAnswerCase {
  readonly title: string;
  /** Parts of the definition that are not left to their default. */
  readonly definition?: Readonly<Record<string, unknown>>;
  readonly answer: {
    readonly status: number;
    readonly contentType: string;
    /** What is no text is sent as JSON. */
    readonly body: unknown;
    readonly retryAfter?: string;
  };
  readonly expected:
    | {
        readonly access: string;
        readonly refresh?: string;
        readonly life?: number;
        readonly expiresAt?: number;
        readonly refreshLife?: number;
        readonly scopes?: readonly string[];
        readonly metadata?: Readonly<Record<string, string>>;
      }
    | { readonly refused: 'terminal' | 'client' | 'transient'; readonly code: string };
}

const json = 'application/json';
const utf8 = 'application/json; charset=utf-8';
const form = 'application/x-www-form-urlencoded; charset=utf-8';
const html = 'text/html; charset=utf-8';
const plain = 'text/plain; charset=utf-8';
const perAuth = { grant: 'client_credentials', clientId: '{{client_id}}' };
const data = {
  tokenResponse: {
    accessToken: 'data.access_token',
    refreshToken: 'data.refresh_token',
    expiresIn: 'data.expires_in',
    scope: 'data.scope',
    error: 'data.error_code',
    metadata: { open_id: 'data.open_id' },
  },
  scopeSeparator: ',',
};
const errcode = { tokenResponse: { error: 'errcode', metadata: { openid: 'openid' } }, scopeSeparator: ',' };
const userToken = {
  tokenResponse: {
    accessToken: 'authed_user.access_token',
    refreshToken: 'authed_user.refresh_token',
    expiresIn: 'authed_user.expires_in',
    scope: 'authed_user.scope',
    metadata: { team: 'team.id', enterprise: 'is_enterprise_install' },
  },
  scopeSeparator: ',',
};
const unreadable = (refused: 'terminal' | 'client' | 'transient') =>
  ({ refused, code: 'unreadable_answer' }) as const;

export const tokenAnswers: readonly TokenAnswerCase[] = [
  // Good answers
  {
    title: 'the example of RFC 6749 §5.1',
    answer: {
      status: 200,
      contentType: 'application/json;charset=UTF-8',
      body: `{
       "access_token":"2YotnFZFEjr1zCsicMWpAA",
       "token_type":"example",
       "expires_in":3600,
       "refresh_token":"tGzv3JOkF0XG5Qx2TlKWIA",
       "example_parameter":"example_value"
     }`,
    },
    expected: { access: '2YotnFZFEjr1zCsicMWpAA', refresh: 'tGzv3JOkF0XG5Qx2TlKWIA', life: 3600 },
  },
  {
    title: 'Google: scopes by spaces, an ID token beside',
    answer: {
      status: 200,
      contentType: utf8,
      body: {
        access_token: 'ya29.a0AfH6',
        expires_in: 3599,
        scope: 'openid https://www.googleapis.com/auth/drive.file',
        token_type: 'Bearer',
        id_token: 'e30.e30.',
        refresh_token: '1//0g',
      },
    },
    expected: {
      access: 'ya29.a0AfH6',
      refresh: '1//0g',
      life: 3599,
      scopes: ['openid', 'https://www.googleapis.com/auth/drive.file'],
    },
  },
  {
    title: 'Google: a user in testing, whose refresh token has an end',
    answer: {
      status: 200,
      contentType: utf8,
      body: {
        access_token: 'ya29.b',
        expires_in: 3599,
        refresh_token: '1//0h',
        refresh_token_expires_in: 604799,
      },
    },
    expected: { access: 'ya29.b', refresh: '1//0h', life: 3599, refreshLife: 604799 },
  },
  {
    title: 'Google: a refresh, which brings no new refresh token',
    answer: {
      status: 200,
      contentType: utf8,
      body: { access_token: 'ya29.c', expires_in: 3599, token_type: 'Bearer' },
    },
    expected: { access: 'ya29.c', life: 3599 },
  },
  {
    title: 'Slack: the token of the user, deep inside',
    definition: userToken,
    answer: {
      status: 200,
      contentType: utf8,
      body: {
        ok: true,
        app_id: 'A0',
        authed_user: { id: 'U1', scope: 'chat:write,users:read', access_token: 'xoxp-1', token_type: 'user' },
        team: { id: 'T9TK3CUKW', name: 'Team' },
        enterprise: null,
        is_enterprise_install: false,
      },
    },
    expected: {
      access: 'xoxp-1',
      scopes: ['chat:write', 'users:read'],
      metadata: { team: 'T9TK3CUKW', enterprise: 'false' },
    },
  },
  {
    title: 'Slack: the same with token rotation',
    definition: userToken,
    answer: {
      status: 200,
      contentType: utf8,
      body: {
        ok: true,
        authed_user: { access_token: 'xoxe.xoxp-1', refresh_token: 'xoxe-1', expires_in: 43200 },
      },
    },
    expected: { access: 'xoxe.xoxp-1', refresh: 'xoxe-1', life: 43200 },
  },
  {
    title: 'Slack: a refresh that was used twice',
    definition: userToken,
    answer: { status: 200, contentType: utf8, body: { ok: false, error: 'invalid_refresh_token' } },
    expected: { refused: 'terminal', code: 'invalid_refresh_token' },
  },
  {
    title: 'Slack: a code that was used before, at status 200',
    answer: { status: 200, contentType: utf8, body: { ok: false, error: 'code_already_used' } },
    expected: { refused: 'terminal', code: 'code_already_used' },
  },
  {
    title: 'Slack: the wrong secret, at status 200',
    answer: { status: 200, contentType: utf8, body: { ok: false, error: 'bad_client_secret' } },
    expected: { refused: 'client', code: 'bad_client_secret' },
  },
  {
    title: 'Slack: too many calls, at status 200',
    answer: { status: 200, contentType: utf8, body: { ok: false, error: 'ratelimited' }, retryAfter: '30' },
    expected: { refused: 'transient', code: 'ratelimited' },
  },
  {
    title: 'GitHub: a form where JSON was asked for',
    definition: { scopeSeparator: ',' },
    answer: {
      status: 200,
      contentType: form,
      body: 'access_token=gho_16C7e42F292c6912E7710c838347Ae178B4a&scope=repo%2Cgist&token_type=bearer',
    },
    expected: { access: 'gho_16C7e42F292c6912E7710c838347Ae178B4a', scopes: ['repo', 'gist'] },
  },
  {
    title: 'GitHub: scopes by commas though the request takes spaces',
    answer: {
      status: 200,
      contentType: utf8,
      body: { access_token: 'gho_1', scope: 'repo,gist', token_type: 'bearer' },
    },
    expected: { access: 'gho_1', scopes: ['repo', 'gist'] },
  },
  {
    title: 'GitHub: an empty scope, which tells nothing',
    answer: {
      status: 200,
      contentType: utf8,
      body: { access_token: 'gho_2', scope: '', token_type: 'bearer' },
    },
    expected: { access: 'gho_2' },
  },
  {
    title: 'GitHub App: both lives, as a form',
    answer: {
      status: 200,
      contentType: form,
      body: 'access_token=ghu_1&expires_in=28800&refresh_token=ghr_1&refresh_token_expires_in=15897600&scope=&token_type=bearer',
    },
    expected: { access: 'ghu_1', refresh: 'ghr_1', life: 28800, refreshLife: 15897600 },
  },
  {
    title: 'GitHub: a form at status 200 that holds the error of a spent code',
    answer: {
      status: 200,
      contentType: form,
      body: 'error=bad_verification_code&error_description=The+code+passed+is+incorrect+or+expired.&error_uri=https%3A%2F%2Fdocs.example',
    },
    expected: { refused: 'terminal', code: 'bad_verification_code' },
  },
  {
    title: 'GitHub: JSON at status 200 that holds the error of a spent refresh token',
    answer: {
      status: 200,
      contentType: utf8,
      body: {
        error: 'bad_refresh_token',
        error_description: 'The refresh token passed is incorrect or expired.',
      },
    },
    expected: { refused: 'terminal', code: 'bad_refresh_token' },
  },
  {
    title: 'GitHub: the wrong secret, as a form at status 200',
    answer: { status: 200, contentType: form, body: 'error=incorrect_client_credentials' },
    expected: { refused: 'client', code: 'incorrect_client_credentials' },
  },
  {
    title: 'QuickBooks: lives under x_, the harder end wins when it is nearer',
    answer: {
      status: 200,
      contentType: 'application/json;charset=UTF-8',
      body: {
        access_token: 'eyJlbmMi',
        refresh_token: 'AB11',
        token_type: 'bearer',
        expires_in: 3600,
        x_refresh_token_expires_in: 8726400,
        x_refresh_token_hard_expires_in: 157680000,
      },
    },
    expected: { access: 'eyJlbmMi', refresh: 'AB11', life: 3600, refreshLife: 8726400 },
  },
  {
    title: 'QuickBooks: near the end of its five years',
    answer: {
      status: 200,
      contentType: json,
      body: {
        access_token: 'a',
        refresh_token: 'r',
        expires_in: 3600,
        x_refresh_token_expires_in: 8726400,
        x_refresh_token_hard_expires_in: 1000,
      },
    },
    expected: { access: 'a', refresh: 'r', life: 3600, refreshLife: 1000 },
  },
  {
    title: 'TikTok: open id, refresh_expires_in and scopes by commas',
    definition: { tokenResponse: { metadata: { open_id: 'open_id' } }, scopeSeparator: ',' },
    answer: {
      status: 200,
      contentType: json,
      body: {
        access_token: 'act.example',
        expires_in: 86400,
        open_id: 'afd97af1-b87b',
        refresh_expires_in: 31536000,
        refresh_token: 'rft.example',
        scope: 'user.info.basic,video.list',
        token_type: 'Bearer',
      },
    },
    expected: {
      access: 'act.example',
      refresh: 'rft.example',
      life: 86400,
      refreshLife: 31536000,
      scopes: ['user.info.basic', 'video.list'],
      metadata: { open_id: 'afd97af1-b87b' },
    },
  },
  {
    title: 'TikTok, version 1: all inside data, the refresh life beside the token, the error zero',
    definition: data,
    answer: {
      status: 200,
      contentType: utf8,
      body: {
        data: {
          access_token: 'act.1',
          refresh_token: 'rft.1',
          expires_in: 86400,
          refresh_expires_in: 31536000,
          scope: 'user.info.basic',
          open_id: 'o1',
          error_code: 0,
          description: '',
        },
        message: 'success',
      },
    },
    expected: {
      access: 'act.1',
      refresh: 'rft.1',
      life: 86400,
      refreshLife: 31536000,
      scopes: ['user.info.basic'],
      metadata: { open_id: 'o1' },
    },
  },
  {
    title: 'TikTok, version 1: an error code that is a number, at status 200',
    definition: data,
    answer: {
      status: 200,
      contentType: utf8,
      body: { data: { error_code: 10010, description: 'Refresh token expired' }, message: 'error' },
    },
    expected: { refused: 'transient', code: '10010' },
  },
  {
    title: 'Zendesk: no expires_in, the life that the definition tells',
    definition: { refresh: { defaultLifetimeSeconds: 1800 } },
    answer: {
      status: 200,
      contentType: utf8,
      body: {
        access_token: 'gErypPlm4dOVgGRvA1ZzMH5MQ3nLo8bo',
        refresh_token: '31048ba4d7c601302f3173f243da835f',
        token_type: 'bearer',
        scope: 'read',
        refresh_token_expires_in: 2592000,
      },
    },
    expected: {
      access: 'gErypPlm4dOVgGRvA1ZzMH5MQ3nLo8bo',
      refresh: '31048ba4d7c601302f3173f243da835f',
      life: 1800,
      refreshLife: 2592000,
      scopes: ['read'],
    },
  },
  {
    title: 'Facebook: a long-lived token without a refresh token',
    answer: {
      status: 200,
      contentType: 'application/json; charset=UTF-8',
      body: { access_token: 'EAAB', token_type: 'bearer', expires_in: 5183944 },
    },
    expected: { access: 'EAAB', life: 5183944 },
  },
  {
    title: 'Facebook, long ago: a form under text/plain, its life named expires',
    definition: { tokenResponse: { expiresIn: 'expires' } },
    answer: {
      status: 200,
      contentType: 'text/plain; charset=UTF-8',
      body: 'access_token=CAAC&expires=5180000',
    },
    expected: { access: 'CAAC', life: 5180000 },
  },
  {
    title: 'Facebook: an error that is an object with a code that is a number',
    answer: {
      status: 400,
      contentType: utf8,
      body: {
        error: {
          message: 'This authorization code has been used.',
          type: 'OAuthException',
          code: 100,
          fbtrace_id: 'A',
        },
      },
    },
    expected: { refused: 'transient', code: '100' },
  },
  {
    title: 'Instagram: an account whose number is larger than a double holds',
    definition: { tokenResponse: { metadata: { user: 'user_id' } } },
    answer: {
      status: 200,
      contentType: utf8,
      body: '{"access_token": "IGQV", "user_id": 17841405793187218}',
    },
    expected: { access: 'IGQV', metadata: { user: '17841405793187218' } },
  },
  {
    title: 'Instagram business login: the token in a list',
    definition: {
      tokenResponse: {
        accessToken: 'data.0.access_token',
        scope: 'data.0.permissions',
        metadata: { user: 'data.0.user_id' },
      },
      scopeSeparator: ',',
    },
    answer: {
      status: 200,
      contentType: utf8,
      body: { data: [{ access_token: 'EAACE', user_id: '1020', permissions: 'a_basic,b_comments' }] },
    },
    expected: { access: 'EAACE', scopes: ['a_basic', 'b_comments'], metadata: { user: '1020' } },
  },
  {
    title: 'Instagram, as a refresh token: the access token itself',
    definition: { tokenResponse: { refreshToken: 'access_token' } },
    answer: {
      status: 200,
      contentType: json,
      body: { access_token: 'IGAA', token_type: 'bearer', expires_in: 5184000 },
    },
    expected: { access: 'IGAA', refresh: 'IGAA', life: 5184000 },
  },
  {
    title: 'LinkedIn: no token type',
    definition: { scopeSeparator: ',' },
    answer: {
      status: 200,
      contentType: json,
      body: {
        access_token: 'AQXN',
        expires_in: 5184000,
        refresh_token: 'AQWA',
        refresh_token_expires_in: 31536000,
        scope: 'r_basicprofile,w_member_social',
      },
    },
    expected: {
      access: 'AQXN',
      refresh: 'AQWA',
      life: 5184000,
      refreshLife: 31536000,
      scopes: ['r_basicprofile', 'w_member_social'],
    },
  },
  {
    title: 'LinkedIn: a wrong code, under a code of its own for the request',
    answer: {
      status: 400,
      contentType: json,
      body: { error: 'invalid_request', error_description: 'Unable to retrieve access token' },
    },
    expected: { refused: 'client', code: 'invalid_request' },
  },
  {
    title: 'LinkedIn: a 401 whose code is a number of the service, not of OAuth',
    definition: { tokenResponse: { error: 'serviceErrorCode' } },
    answer: {
      status: 401,
      contentType: json,
      body: { serviceErrorCode: 65600, message: 'Invalid access token', status: 401 },
    },
    expected: { refused: 'client', code: '65600' },
  },
  {
    title: 'Salesforce: the instance as metadata, a moment of issue and no life',
    definition: { tokenResponse: { metadata: { instance_url: 'instance_url', id: 'id' } } },
    answer: {
      status: 200,
      contentType: 'application/json;charset=UTF-8',
      body: {
        access_token:
          '00Dx0000000BV7z!AR8AQP0jITN80ESEsj5EbaZTFG0RNBaT1cyWk7TrqoDjoNIWQ2ME_sTZzBjfmOE6zMHq6y8PIW4eWze9JksNEkWUl.Cju7m4',
        refresh_token: '5Aep8614iLM.Dq661ePDmPEgaAW9Oh_L3JKkDpB4xReb54_pZfVti1dPEk8aimw4Hr9ne7VXXVSIQ==',
        signature: '0/1Ldval',
        scope: 'api refresh_token',
        instance_url: 'https://acme.my.example',
        id: 'https://login.example/id/00Dx/005x',
        token_type: 'Bearer',
        issued_at: '1278448101416',
      },
    },
    expected: {
      access:
        '00Dx0000000BV7z!AR8AQP0jITN80ESEsj5EbaZTFG0RNBaT1cyWk7TrqoDjoNIWQ2ME_sTZzBjfmOE6zMHq6y8PIW4eWze9JksNEkWUl.Cju7m4',
      refresh: '5Aep8614iLM.Dq661ePDmPEgaAW9Oh_L3JKkDpB4xReb54_pZfVti1dPEk8aimw4Hr9ne7VXXVSIQ==',
      scopes: ['api', 'refresh_token'],
      metadata: { instance_url: 'https://acme.my.example', id: 'https://login.example/id/00Dx/005x' },
    },
  },
  {
    title: 'Salesforce: a revoked grant',
    answer: {
      status: 400,
      contentType: 'application/json;charset=UTF-8',
      body: { error: 'invalid_grant', error_description: 'expired access/refresh token' },
    },
    expected: { refused: 'terminal', code: 'invalid_grant' },
  },
  {
    title: 'WeChat: JSON under text/plain',
    definition: errcode,
    answer: {
      status: 200,
      contentType: 'text/plain',
      body: {
        access_token: '58_a',
        expires_in: 7200,
        refresh_token: '58_r',
        openid: 'oLVPpjqs',
        scope: 'snsapi_login',
      },
    },
    expected: {
      access: '58_a',
      refresh: '58_r',
      life: 7200,
      scopes: ['snsapi_login'],
      metadata: { openid: 'oLVPpjqs' },
    },
  },
  {
    title: 'WeChat: an errcode of zero is no error',
    definition: errcode,
    answer: {
      status: 200,
      contentType: plain,
      body: { errcode: 0, errmsg: 'ok', access_token: 'at', expires_in: 7200 },
    },
    expected: { access: 'at', life: 7200 },
  },
  {
    title: 'WeChat: an errcode at status 200',
    definition: errcode,
    answer: { status: 200, contentType: plain, body: { errcode: 40029, errmsg: 'invalid code' } },
    expected: { refused: 'transient', code: '40029' },
  },
  {
    title: 'WeChat: a negative errcode, the system is busy',
    definition: errcode,
    answer: { status: 200, contentType: plain, body: { errcode: -1, errmsg: 'system error' } },
    expected: { refused: 'transient', code: '-1' },
  },
  {
    title: 'Keycloak: an offline token, whose refresh life of zero is no end',
    answer: {
      status: 200,
      contentType: json,
      body: {
        access_token: 'eyJhbGci',
        expires_in: 300,
        refresh_expires_in: 0,
        refresh_token: 'eyJr',
        token_type: 'Bearer',
        'not-before-policy': 0,
        session_state: 's',
        scope: 'offline_access email',
      },
    },
    expected: { access: 'eyJhbGci', refresh: 'eyJr', life: 300, scopes: ['offline_access', 'email'] },
  },
  {
    title: 'Keycloak: a session with an end',
    answer: {
      status: 200,
      contentType: json,
      body: { access_token: 'a', expires_in: 300, refresh_expires_in: 1800, refresh_token: 'r' },
    },
    expected: { access: 'a', refresh: 'r', life: 300, refreshLife: 1800 },
  },
  {
    title: 'Keycloak: a secret that was changed',
    answer: {
      status: 401,
      contentType: json,
      body: {
        error: 'unauthorized_client',
        error_description: 'Invalid client or Invalid client credentials',
      },
    },
    expected: { refused: 'client', code: 'unauthorized_client' },
  },
  {
    title: 'Entra: lives as text and an extended life beside',
    answer: {
      status: 200,
      contentType: utf8,
      body: {
        token_type: 'Bearer',
        scope: 'User.Read Mail.Read',
        expires_in: '3736',
        ext_expires_in: '3736',
        access_token: 'EwBo',
        refresh_token: 'M.R3',
      },
    },
    expected: { access: 'EwBo', refresh: 'M.R3', life: 3736, scopes: ['User.Read', 'Mail.Read'] },
  },
  {
    title: 'Entra: a policy that wants the person again',
    answer: {
      status: 400,
      contentType: utf8,
      body: { error: 'interaction_required', error_description: 'AADSTS50076', error_codes: [50076] },
    },
    expected: { refused: 'terminal', code: 'interaction_required' },
  },
  {
    title: 'Entra: an expired secret',
    answer: {
      status: 401,
      contentType: utf8,
      body: { error: 'invalid_client', error_description: 'AADSTS7000222', suberror: 'x' },
    },
    expected: { refused: 'client', code: 'invalid_client' },
  },
  {
    title: 'Strava: the moment of the end, in seconds since 1970',
    definition: { tokenResponse: { expiresAt: 'expires_at', metadata: { athlete: 'athlete.id' } } },
    answer: {
      status: 200,
      contentType: utf8,
      body: {
        token_type: 'Bearer',
        expires_at: 1568775134,
        expires_in: 20566,
        refresh_token: 'e5n567567',
        access_token: 'a4b945687g',
        athlete: { id: 134815 },
      },
    },
    expected: {
      access: 'a4b945687g',
      refresh: 'e5n567567',
      expiresAt: 1568775134000,
      metadata: { athlete: '134815' },
    },
  },
  {
    title: 'Square: the moment of the end in ISO 8601, status 200',
    definition: { tokenResponse: { expiresAt: 'expires_at', metadata: { merchant: 'merchant_id' } } },
    answer: {
      status: 200,
      contentType: json,
      body: {
        access_token: 'EAAA',
        token_type: 'bearer',
        expires_at: '2026-12-22T19:08:12Z',
        merchant_id: 'MLR',
        refresh_token: 'EQAA',
        short_lived: false,
      },
    },
    expected: {
      access: 'EAAA',
      refresh: 'EQAA',
      expiresAt: Date.UTC(2026, 11, 22, 19, 8, 12),
      metadata: { merchant: 'MLR' },
    },
  },
  {
    title: 'a moment that is garbage, the life beside it is taken',
    definition: { tokenResponse: { expiresAt: 'expires_at' } },
    answer: {
      status: 200,
      contentType: json,
      body: { access_token: 'a', expires_at: '0001-01-01T00:00:00Z', expires_in: 60 },
    },
    expected: { access: 'a', life: 60 },
  },
  {
    title: 'a moment in milliseconds, as text',
    definition: { tokenResponse: { expiresAt: 'expires' } },
    answer: { status: 200, contentType: json, body: { access_token: 'a', expires: '1798000000000' } },
    expected: { access: 'a', expiresAt: 1798000000000 },
  },
  {
    title: 'Snapchat: status 201',
    answer: {
      status: 201,
      contentType: json,
      body: { access_token: 'a', expires_in: 1800, refresh_token: 'r' },
    },
    expected: { access: 'a', refresh: 'r', life: 1800 },
  },
  {
    title: 'Stack Exchange: a form whose life is named expires',
    definition: { tokenResponse: { expiresIn: 'expires' } },
    answer: {
      status: 200,
      contentType: 'application/x-www-form-urlencoded',
      body: 'access_token=k(abc)&expires=86400',
    },
    expected: { access: 'k(abc)', life: 86400 },
  },
  {
    title: 'QQ: a form under text/html',
    answer: {
      status: 200,
      contentType: html,
      body: 'access_token=FE04CCE2&expires_in=7776000&refresh_token=88E4BE14',
    },
    expected: { access: 'FE04CCE2', refresh: '88E4BE14', life: 7776000 },
  },
  {
    title: 'JSON under text/html',
    answer: { status: 200, contentType: html, body: { access_token: 'a', expires_in: 3600 } },
    expected: { access: 'a', life: 3600 },
  },
  {
    title: 'JSON under the type of a form',
    answer: { status: 200, contentType: form, body: { access_token: 'a=&b' } },
    expected: { access: 'a=&b' },
  },
  {
    title: 'JSON without a content type, a byte order mark and white space before it',
    answer: { status: 200, contentType: '', body: '\ufeff\r\n {"access_token":"a"}\n' },
    expected: { access: 'a' },
  },
  {
    title: 'a form with base64 that was not encoded',
    answer: { status: 200, contentType: plain, body: 'access_token=YWJjZA==&token_type=bearer' },
    expected: { access: 'YWJjZA==' },
  },
  {
    title: 'a form with a space that was not encoded, under its right type',
    answer: { status: 200, contentType: form, body: 'access_token=a&scope=read write' },
    expected: { access: 'a', scopes: ['read', 'write'] },
  },
  {
    title: 'Vimeo: no life at all, the token has none',
    answer: {
      status: 200,
      contentType: json,
      body: { access_token: 'a', token_type: 'bearer', scope: 'public' },
    },
    expected: { access: 'a', scopes: ['public'] },
  },
  {
    title: 'a token type that nobody knows',
    answer: { status: 200, contentType: json, body: { access_token: 'a', token_type: ['Bearer', 7] } },
    expected: { access: 'a' },
  },
  {
    title: 'Shopify online tokens: scopes by commas, the user as metadata',
    definition: {
      tokenResponse: { metadata: { user: 'associated_user.id', locale: 'associated_user.locale' } },
    },
    answer: {
      status: 200,
      contentType: utf8,
      body: {
        access_token: 'shpua_f85632530bf277ec9ac6f649fc327f17',
        scope: 'write_orders,read_customers',
        expires_in: 86399,
        associated_user_scope: 'write_orders',
        associated_user: { id: 902541635, locale: 'en', email_verified: true },
      },
    },
    expected: {
      access: 'shpua_f85632530bf277ec9ac6f649fc327f17',
      life: 86399,
      scopes: ['write_orders', 'read_customers'],
      metadata: { user: '902541635', locale: 'en' },
    },
  },
  {
    title: 'Twitch: scopes as a list',
    answer: {
      status: 200,
      contentType: json,
      body: {
        access_token: 'rfx2',
        expires_in: 14124,
        refresh_token: '5b93',
        scope: ['channel:moderate', 'chat:edit'],
        token_type: 'bearer',
      },
    },
    expected: { access: 'rfx2', refresh: '5b93', life: 14124, scopes: ['channel:moderate', 'chat:edit'] },
  },
  {
    title: 'Trakt-like: a float, as text',
    answer: { status: 200, contentType: json, body: { access_token: 'a', expires_in: '7775999.99' } },
    expected: { access: 'a', life: 7775999 },
  },
  {
    title: 'a life in milliseconds, which the definition says',
    definition: { tokenResponse: { lifetimeUnit: 'milliseconds' } },
    answer: {
      status: 200,
      contentType: json,
      body: { access_token: 'a', refresh_token: 'r', expires_in: 3600000, refresh_expires_in: 86400000 },
    },
    expected: { access: 'a', refresh: 'r', life: 3600, refreshLife: 86400 },
  },
  {
    title: 'a life that is garbage, the default of the definition is taken',
    definition: { refresh: { defaultLifetimeSeconds: 900 } },
    answer: { status: 200, contentType: json, body: { access_token: 'a', expires_in: 'never' } },
    expected: { access: 'a', life: 900 },
  },
  {
    title: 'a life that wins over the default of the definition',
    definition: { refresh: { defaultLifetimeSeconds: 900 } },
    answer: { status: 200, contentType: json, body: { access_token: 'a', expires_in: 60 } },
    expected: { access: 'a', life: 60 },
  },
  {
    title: 'a life of zero, of which nothing is known',
    answer: { status: 200, contentType: json, body: { access_token: 'a', expires_in: 0 } },
    expected: { access: 'a' },
  },
  {
    title: 'a life of 64 bits, of which nothing is known',
    answer: { status: 200, contentType: json, body: '{"access_token":"a","expires_in":9223372036854775807}' },
    expected: { access: 'a' },
  },
  {
    title: 'the ends of the draft on grant lifetimes, the nearest counts',
    answer: {
      status: 200,
      contentType: json,
      body: {
        access_token: 'a',
        refresh_token: 'r',
        refresh_token_timeout: 2592000,
        authorization_expires_in: 1209600,
      },
    },
    expected: { access: 'a', refresh: 'r', refreshLife: 1209600 },
  },
  {
    title: "a refresh token's life where the definition says, and nowhere else",
    definition: { tokenResponse: { refreshExpiresIn: 'limits.refresh' } },
    answer: {
      status: 200,
      contentType: json,
      body: { access_token: 'a', refresh_token: 'r', limits: { refresh: '777' }, refresh_expires_in: 5 },
    },
    expected: { access: 'a', refresh: 'r', refreshLife: 777 },
  },
  {
    title: 'an empty refresh token, which is none',
    answer: { status: 200, contentType: json, body: { access_token: 'a', refresh_token: '' } },
    expected: { access: 'a' },
  },
  {
    title: 'a refresh token that is null, and errors that say there is none',
    answer: { status: 200, contentType: json, body: { access_token: 'a', refresh_token: null, error: null } },
    expected: { access: 'a' },
  },
  ...[false, '', 0, '0'].map((error) => ({
    title: `the error ${JSON.stringify(error)} beside a token, which is none`,
    answer: { status: 200, contentType: json, body: { access_token: 'a', error } },
    expected: { access: 'a' },
  })),
  {
    title: 'metadata of every plain kind, and none of what is missing, long or an object',
    definition: {
      tokenResponse: {
        metadata: {
          t: 't',
          n: 'n',
          b: 'b',
          o: 'o',
          l: 'l',
          long: 'long',
          no: 'no',
          none: 'none',
          c: 'constructor',
        },
      },
    },
    answer: {
      status: 200,
      contentType: json,
      body: { access_token: 'a', t: 'x', n: 1.5, b: true, o: {}, l: [1], long: 'x'.repeat(2001), none: null },
    },
    expected: { access: 'a', metadata: { t: 'x', n: '1.5', b: 'true' } },
  },

  // Refusals
  {
    title: 'the example of RFC 6749 §5.2',
    answer: {
      status: 400,
      contentType: 'application/json;charset=UTF-8',
      body: '{\n       "error":"invalid_request"\n     }',
    },
    expected: { refused: 'client', code: 'invalid_request' },
  },
  ...(
    [
      [400, 'invalid_grant', 'terminal'],
      [401, 'invalid_grant', 'terminal'],
      [200, 'invalid_grant', 'terminal'],
      [401, 'invalid_client', 'client'],
      [400, 'invalid_client', 'client'],
      [400, 'unauthorized_client', 'client'],
      [400, 'unsupported_grant_type', 'client'],
      [400, 'invalid_scope', 'client'],
      [400, 'invalid_target', 'client'],
      [400, 'temporarily_unavailable', 'transient'],
      [400, 'server_error', 'transient'],
      [400, 'internal-oops', 'transient'],
      [401, 'unauthorized', 'client'],
      [403, 'rate.limited', 'transient'],
      [400, 'constructor', 'transient'],
      [400, '__proto__', 'transient'],
    ] as const
  ).map(([status, code, refused]) => ({
    title: `${String(status)} ${code}`,
    answer: { status, contentType: json, body: { error: code } },
    expected: { refused, code },
  })),
  ...[408, 409, 423, 425, 429, 500, 502, 503, 504, 599].map((status) => ({
    title: `${String(status)} with invalid_grant inside`,
    answer: { status, contentType: json, body: { error: 'invalid_grant' }, retryAfter: '120' },
    expected: { refused: 'transient', code: 'invalid_grant' } as const,
  })),
  {
    title: 'invalid_grant as a form',
    answer: { status: 400, contentType: form, body: 'error=invalid_grant' },
    expected: { refused: 'terminal', code: 'invalid_grant' },
  },
  {
    title: 'an error beside a token at status 200',
    answer: { status: 200, contentType: json, body: { access_token: 'a', error: 'invalid_grant' } },
    expected: { refused: 'terminal', code: 'invalid_grant' },
  },
  {
    title: 'an error whose code is inside an object',
    answer: { status: 400, contentType: json, body: { error: { code: 'invalid_grant', message: 'Over.' } } },
    expected: { refused: 'terminal', code: 'invalid_grant' },
  },
  {
    title: 'a sentence for a code, which is not repeated',
    answer: { status: 400, contentType: json, body: { error: 'The code xyz has expired' } },
    expected: unreadable('transient'),
  },
  {
    title: 'a sentence for a code beside a token',
    answer: { status: 200, contentType: json, body: { access_token: 'a', error: 'No way out' } },
    expected: unreadable('transient'),
  },
  {
    title: 'an error that is true',
    answer: { status: 200, contentType: json, body: { error: true, message: 'Nope' } },
    expected: unreadable('transient'),
  },
  {
    title: 'a code of 200 characters',
    answer: { status: 400, contentType: json, body: { error: 'x'.repeat(200) } },
    expected: unreadable('transient'),
  },
  {
    title: '401 without a word',
    answer: { status: 401, contentType: '', body: '' },
    expected: unreadable('client'),
  },
  {
    title: '401 of HTML',
    answer: { status: 401, contentType: html, body: '<html><h1>401</h1></html>' },
    expected: unreadable('client'),
  },
  {
    title: '400 without a word',
    answer: { status: 400, contentType: '', body: '' },
    expected: unreadable('transient'),
  },
  {
    title: '403 of a firewall',
    answer: { status: 403, contentType: plain, body: 'Forbidden' },
    expected: unreadable('transient'),
  },
  {
    title: '503 with a token inside',
    answer: { status: 503, contentType: json, body: { access_token: 'a' } },
    expected: { refused: 'transient', code: 'http_503' },
  },
  {
    title: '500 of HTML',
    answer: { status: 500, contentType: html, body: '<h1>Oops</h1>' },
    expected: { refused: 'transient', code: 'http_500' },
  },
  {
    title: '500 with a sentence for a code',
    answer: { status: 500, contentType: json, body: { error: 'Internal Server Error' } },
    expected: { refused: 'transient', code: 'http_500' },
  },
  {
    title: '429 without a body',
    answer: { status: 429, contentType: '', body: '', retryAfter: 'Sun, 22 Nov 2026 12:00:00 GMT' },
    expected: { refused: 'transient', code: 'http_429' },
  },
  ...[301, 302, 303, 307, 308, 304].map((status) => ({
    title: `${String(status)}, whatever is inside`,
    answer: { status, contentType: json, body: { access_token: 'a', error: 'invalid_grant' } },
    expected: { refused: 'transient', code: 'unexpected_redirect' } as const,
  })),
  ...(
    [
      ['a page', '<html>Log in</html>'],
      ['a page that declares its type', '<!DOCTYPE html><html>access_token=a</html>'],
      ['a page behind a byte order mark', '\ufeff <html>access_token=a</html>'],
      ['XML', '<?xml version="1.0"?><access_token>a</access_token>'],
      ['nothing', ''],
      ['a sentence', 'access_token = a'],
      ['a bare token', 'eyJhbGciOiJub25lIn0.e30.'],
      ['JSON that was cut off', '{"access_token":"a","refr'],
      ['a list', [{ access_token: 'a' }]],
      ['null', 'null'],
      ['a text in JSON', '"access_token=a"'],
      ['an empty token', { access_token: '' }],
      ['a token that is null', { access_token: null }],
      ['a token that is a number', { access_token: 17 }],
      ['a token that is an object', { access_token: { value: 'a' } }],
      ['a token of 70,000 characters', { access_token: 'x'.repeat(70_000) }],
      ['a token with a line break', { access_token: 'a\r\nX-Evil: 1' }],
      ['a token with a zero byte', { access_token: 'a\0b' }],
      ['a token with letters beyond ASCII', { access_token: 'tökén' }],
      ['a form whose token has a line break', 'access_token=a%0d%0aX-Evil:1'],
      ['a token only in the prototype', '{"__proto__":{"access_token":"a"}}'],
      ['a hundred thousand brackets', '['.repeat(100_000)],
      ['ok: false and no reason', { ok: false }],
    ] as const
  ).map(([title, body]) => ({
    title: `200 with ${title}`,
    answer: { status: 200, contentType: html, body },
    expected: unreadable('transient'),
  })),
  {
    title: '204',
    answer: { status: 204, contentType: '', body: '' },
    expected: unreadable('transient'),
  },
  {
    title: 'JSON that was cut off under the type of a form',
    answer: { status: 200, contentType: form, body: '{"access_token=a&access_token=b' },
    expected: unreadable('transient'),
  },

  // Where the definition says what the provider's own codes mean
  ...(
    [
      [200, { errcode: 40030, errmsg: 'invalid refresh_token' }, 'terminal', '40030'],
      [400, { errcode: 'app_disabled' }, 'client', 'app_disabled'],
      [500, { errcode: 40030 }, 'terminal', '40030'],
      [400, { errcode: 'invalid_grant' }, 'transient', 'invalid_grant'],
      [400, { errcode: 40001 }, 'transient', '40001'],
      [400, { errcode: 'constructor' }, 'transient', 'constructor'],
    ] as const
  ).map(([status, body, refused, code]) => ({
    title: `${String(status)} ${code} with errors named by the definition`,
    definition: {
      tokenResponse: {
        error: 'errcode',
        errors: { '40030': 'terminal', app_disabled: 'client', invalid_grant: 'transient' },
      },
    },
    answer: { status, contentType: json, body },
    expected: { refused, code },
  })),

  // Where each auth brings its own client
  ...(
    [
      [401, { error: 'invalid_client' }, 'terminal', 'invalid_client'],
      [400, { error: 'unauthorized_client' }, 'terminal', 'unauthorized_client'],
      [400, { error: 'invalid_scope' }, 'terminal', 'invalid_scope'],
      [401, '', 'terminal', 'unreadable_answer'],
      [401, { error: 'unauthorized' }, 'terminal', 'unauthorized'],
      [400, { error: 'invalid_request' }, 'client', 'invalid_request'],
      [400, { error: 'unsupported_grant_type' }, 'client', 'unsupported_grant_type'],
      [503, { error: 'invalid_client' }, 'transient', 'invalid_client'],
    ] as const
  ).map(([status, body, refused, code]) => ({
    title: `${String(status)} ${code} to a client of the auth's own`,
    definition: perAuth,
    answer: { status, contentType: json, body },
    expected: { refused, code },
  })),
  {
    title: 'invalid_client to an id that is a secret of the application',
    definition: { clientId: '{{secrets.client}}' },
    answer: { status: 401, contentType: json, body: { error: 'invalid_client' } },
    expected: { refused: 'client', code: 'invalid_client' },
  },
];
