import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../infra/config.ts';

const read = (settings: Record<string, unknown>) => readConfig((name) => settings[name]);

describe('the configuration of a deployment', () => {
  it('needs nothing: it is called latchkey, keeps a secret for each auth, keeps its data and tells EventBridge its events', () => {
    expect(read({})).toEqual({
      prefix: 'latchkey',
      vault: 'secret-per-auth',
      keepData: true,
      eventSchemas: true,
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
    });
  });

  it.each([
    ['prefix', 'Latch/Key'],
    ['prefix', 'ends-in-a-dash-'],
    ['prefix', 'a'.repeat(31)],
    ['vault', 'drawer'],
    ['keepData', 'perhaps'],
  ])('names %s when it is %j', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(name);
  });
});
