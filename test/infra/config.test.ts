import { describe, expect, it } from '@jest/globals';
import { callerSettings } from '#shared/caller-settings.ts';
import { readConfig } from '../../infra/config.ts';

/** Server keys alone. */
const noPeople = {
  jwtIssuer: '',
  jwtAudience: '',
  jwtJwksUrl: '',
  jwtUserClaim: 'sub',
  jwtOrganizationClaim: '',
  jwtRoleClaim: '',
  corsOrigins: '',
};

const read = (settings: Record<string, unknown>) => readConfig((name) => settings[name]);

describe('the configuration of a deployment', () => {
  it('needs nothing: it is called latchkey, keeps a secret for each auth, keeps its data and tells EventBridge its events', () => {
    expect(read({})).toEqual({
      prefix: 'latchkey',
      vault: 'secret-per-auth',
      keepData: true,
      eventSchemas: true,
      ...noPeople,
    });
  });

  it('takes what the command line gives, which is text', () => {
    expect(
      read({ prefix: 'latchkey-test', vault: 'sealed', keepData: 'false', eventSchemas: 'false' }),
    ).toEqual({
      prefix: 'latchkey-test',
      vault: 'sealed',
      keepData: false,
      eventSchemas: false,
      ...noPeople,
    });
  });

  it.each([
    ['prefix', 'Latch/Key'],
    ['prefix', 'ends-in-a-dash-'],
    ['prefix', 'a'.repeat(31)],
    ['vault', 'drawer'],
    ['keepData', 'perhaps'],
    ['jwtIssuer', 'id.acme.example'],
    ['jwtIssuer', 'file:///etc/passwd'],
    ['jwtUserClaim', ''],
    ['corsOrigins', '*'],
    ['corsOrigins', 'https://*.acme.example'],
    ['corsOrigins', 'https://app.acme.example/'],
    ['corsOrigins', 'https://app.acme.example, app.acme.example'],
    ['corsOrigins', 'null'],
  ])('names %s when it is %j', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(name);
  });

  it('takes an issuer only together with an audience: any client’s tokens would do else', () => {
    const jwtIssuer = 'https://id.acme.example/';
    expect(() => read({ jwtIssuer, jwtAudience: ' , ' })).toThrow('LATCHKEY_JWT_AUDIENCE');
    expect(read({ jwtIssuer, jwtAudience: 'latchkey' })).toMatchObject({ jwtIssuer });
  });

  it('takes several origins', () => {
    const corsOrigins = 'https://app.acme.example, http://localhost:5173';
    expect(callerSettings(read({ corsOrigins }))).toEqual({
      corsOrigins: ['https://app.acme.example', 'http://localhost:5173'],
    });
  });
});
