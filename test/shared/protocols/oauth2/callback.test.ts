import { describe, expect, it } from '@jest/globals';
import { callbackState, judgeCallback } from '#shared/protocols/oauth2/callback.ts';

const judge = (query: string) => judgeCallback(new URLSearchParams(query));

describe('judging a callback', () => {
  it('reads the code', () => {
    expect(judge('code=abc%2Bd&state=s&iss=https%3A%2F%2Facme.example')).toEqual({
      kind: 'code',
      code: 'abc+d',
    });
  });

  it.each(['state', 'code', 'error', 'iss'])('refuses a %s that came twice, equal or not', (name) => {
    expect(judge(`code=c&state=s&${name}=1&${name}=2`)).toMatchObject({ kind: 'malformed' });
    expect(judge(`${name}=1&${name}=1`)).toEqual({
      kind: 'malformed',
      reason: `The parameter ${name} came twice.`,
    });
  });

  it('lets an error win over a code', () => {
    expect(judge('code=c&state=s&error=access_denied&error_description=No')).toEqual({
      kind: 'refused',
      code: 'access_denied',
      description: 'No',
    });
  });

  it.each(['', '%22quoted%22', 'a%5Cb', 'caf%C3%A9', 'a%0Ab', 'x'.repeat(101)])(
    'does not repeat an error of another form than RFC 6749 §4.1.2.1: %s',
    (error) => {
      expect(judge(`error=${error}`)).toMatchObject({ kind: 'refused', code: 'unreadable_error' });
    },
  );

  it.each(['', 'state=s', 'code=&state=s', 'Code=c'])(
    'is malformed with neither code nor error: %j',
    (query) => {
      expect(judge(query)).toMatchObject({ kind: 'malformed' });
    },
  );
});

describe('the state of a callback', () => {
  it('is the one that came', () => {
    expect(callbackState(new URLSearchParams('state=s&code=c'))).toBe('s');
  });

  it('is none when there is none, or two', () => {
    expect(callbackState(new URLSearchParams('code=c'))).toBeUndefined();
    expect(callbackState(new URLSearchParams('state=s&state=s'))).toBeUndefined();
  });
});
