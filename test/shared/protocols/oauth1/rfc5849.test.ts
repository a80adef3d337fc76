import { describe, expect, it } from '@jest/globals';
import {
  baseString,
  baseStringUri,
  formParameters,
  normalised,
} from '#shared/protocols/oauth1/base-string.ts';
import { encode, encodeAgain } from '#shared/protocols/oauth1/encode.ts';
import { signedParameters } from '#shared/protocols/oauth1/parameters.ts';
import { oauth1Protocol } from '#shared/protocols/oauth1/protocol.ts';
import { signatureOf } from '#shared/protocols/oauth1/signature.ts';
import { authorizationHeader, inForm, inQuery } from '#shared/protocols/oauth1/transmit.ts';
import type { Pairs } from '#shared/protocols/protocol.ts';
import { secret } from '#shared/secret.ts';
import { bytes, fixedTokens, form, groundOf, threeLegged } from './ground.ts';

const key = (application: string, tokenSecret = '') => ({
  application: secret(application),
  tokenSecret: secret(tokenSecret),
});

describe('the example of RFC 5849 §1.2, byte for byte', () => {
  it('asks for temporary credentials', () => {
    const parameters = signedParameters({
      definition: threeLegged(),
      ground: groundOf({ nonce: 'wIjqoS', seconds: 137131200 }),
      method: 'POST',
      url: new URL('https://photos.example.net/initiate'),
      extra: [['oauth_callback', 'http://printer.example.com/ready']],
    });
    expect(authorizationHeader(parameters, 'Photos')).toBe(
      'OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03", oauth_signature_method="HMAC-SHA1", ' +
        'oauth_timestamp="137131200", oauth_nonce="wIjqoS", ' +
        'oauth_callback="http%3A%2F%2Fprinter.example.com%2Fready", ' +
        'oauth_signature="74KNZJeDHnMBp0EMJ9ZHt%2FXKycU%3D"',
    );
  });

  it('sends the person to the authorization page and exchanges the verifier that comes back', async () => {
    const { consent } = oauth1Protocol(threeLegged());
    const asking = await consent!.depart({
      ground: groundOf(),
      redirectUri: 'http://printer.example.com/ready',
      state: 'st',
      scopes: [],
    });
    if (!('depart' in asking)) throw new Error('The provider must be asked first.');
    const departure = asking.depart({
      status: 200,
      contentType: 'application/x-www-form-urlencoded',
      body: 'oauth_token=hh5s93j4hdidpola&oauth_token_secret=hdhd0244k9j7ao03&oauth_callback_confirmed=true',
    });
    if ('code' in departure) throw new Error(departure.code);
    expect(departure.page.href).toBe('https://photos.example.net/authorize?oauth_token=hh5s93j4hdidpola');
    expect(
      await consent!.arrive({
        ground: groundOf({ nonce: 'walatlh', seconds: 137131201 }),
        redirectUri: 'http://printer.example.com/ready',
        query: new URLSearchParams('oauth_token=hh5s93j4hdidpola&oauth_verifier=hfdp7dh39dks9884'),
        kept: departure.kept,
      }),
    ).toMatchObject({
      request: {
        method: 'POST',
        url: 'https://photos.example.net/token',
        headers: [
          [
            'authorization',
            'OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03", oauth_token="hh5s93j4hdidpola", ' +
              'oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131201", oauth_nonce="walatlh", ' +
              'oauth_verifier="hfdp7dh39dks9884", oauth_signature="gKgrFCywp7rO0OXSjdot%2FIHF7IU%3D"',
          ],
        ],
      },
    });
  });

  it('asks for the photo with the token of the answer', async () => {
    const protocol = oauth1Protocol(threeLegged());
    const verdict = protocol.judge({
      status: 200,
      contentType: 'application/x-www-form-urlencoded',
      body: 'oauth_token=nnch734d00sl2jdk&oauth_token_secret=pfkkdhi9sl3r4s00',
    });
    if (verdict.kind !== 'granted') throw new Error(verdict.code);
    const signed = await protocol.sign!({
      ground: groundOf({ nonce: 'chapoH', seconds: 137131202, values: verdict.granted.values }),
      method: 'GET',
      url: new URL('http://photos.example.net/photos?file=vacation.jpg&size=original'),
      headers: [],
      body: undefined,
    });
    expect(signed.headers).toEqual([
      [
        'authorization',
        'OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03", oauth_token="nnch734d00sl2jdk", ' +
          'oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131202", oauth_nonce="chapoH", ' +
          'oauth_signature="MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D"',
      ],
    ]);
  });
});

describe('the examples of RFC 5849 §2', () => {
  const plaintext = (application: string, tokenSecret?: string) =>
    signatureOf('PLAINTEXT', '', key(application, tokenSecret));

  it('writes the request for temporary credentials of §2.1', () => {
    const parameters: Pairs = [
      ['oauth_consumer_key', 'jd83jd92dhsh93js'],
      ['oauth_signature_method', 'PLAINTEXT'],
      ['oauth_callback', 'http://client.example.net/cb?x=1'],
      ['oauth_signature', plaintext('ja893SD9')],
    ];
    expect(authorizationHeader(parameters, 'Example')).toBe(
      'OAuth realm="Example", oauth_consumer_key="jd83jd92dhsh93js", oauth_signature_method="PLAINTEXT", ' +
        'oauth_callback="http%3A%2F%2Fclient.example.net%2Fcb%3Fx%3D1", oauth_signature="ja893SD9%26"',
    );
  });

  it('reads the answer of §2.1 and goes to the page of §2.2', async () => {
    const { consent } = oauth1Protocol(
      threeLegged({ authorizationUrl: 'https://server.example.com/authorize_access' }),
    );
    const asking = await consent!.depart({
      ground: groundOf(),
      redirectUri: 'http://client.example.net/cb?x=1',
      state: 'st',
      scopes: [],
    });
    const departure =
      'depart' in asking &&
      asking.depart({
        status: 200,
        contentType: 'application/x-www-form-urlencoded',
        body: 'oauth_token=hdk48Djdsa&oauth_token_secret=xyz4992k83j47x0b&oauth_callback_confirmed=true',
      });
    expect(departure).toEqual({
      page: new URL('https://server.example.com/authorize_access?oauth_token=hdk48Djdsa'),
      kept: { requestToken: 'hdk48Djdsa', requestTokenSecret: 'xyz4992k83j47x0b' },
    });
  });

  it('writes the request for the token of §2.3', () => {
    const parameters: Pairs = [
      ['oauth_consumer_key', 'jd83jd92dhsh93js'],
      ['oauth_token', 'hdk48Djdsa'],
      ['oauth_signature_method', 'PLAINTEXT'],
      ['oauth_verifier', '473f82d3'],
      ['oauth_signature', plaintext('ja893SD9', 'xyz4992k83j47x0b')],
    ];
    expect(authorizationHeader(parameters, 'Example')).toBe(
      'OAuth realm="Example", oauth_consumer_key="jd83jd92dhsh93js", oauth_token="hdk48Djdsa", ' +
        'oauth_signature_method="PLAINTEXT", oauth_verifier="473f82d3", ' +
        'oauth_signature="ja893SD9%26xyz4992k83j47x0b"',
    );
  });

  it('reads the answer of §2.3', () => {
    expect(
      oauth1Protocol(threeLegged()).judge({
        status: 200,
        contentType: 'application/x-www-form-urlencoded',
        body: 'oauth_token=j49ddk933skd9dks&oauth_token_secret=ll399dj47dskfjdk',
      }),
    ).toMatchObject({
      kind: 'granted',
      granted: { values: { access_token: 'j49ddk933skd9dks', token_secret: 'll399dj47dskfjdk' } },
    });
  });
});

describe('the example of RFC 5849 §3.1 and §3.4.1', () => {
  const url = new URL('http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b');
  const body = 'c2&a3=2+q';
  const parameters: Pairs = [
    ['oauth_consumer_key', '9djdj82h48djs9d2'],
    ['oauth_token', 'kkk9d7dh3k39sjv7'],
    ['oauth_signature_method', 'HMAC-SHA1'],
    ['oauth_timestamp', '137131201'],
    ['oauth_nonce', '7d8f3e4a'],
  ];
  const base =
    'POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D' +
    '%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1' +
    '%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7';

  it('makes the base string of §3.4.1.1', () => {
    expect(baseString({ method: 'post', url, form: body, parameters })).toBe(base);
  });

  it('collects the parameters of §3.4.1.3.1 from query and body, decoded and encoded again', () => {
    expect([...formParameters(url.search.slice(1)), ...formParameters(body)]).toEqual([
      ['b5', '%3D%253D'],
      ['a3', 'a'],
      ['c%40', ''],
      ['a2', 'r%20b'],
      ['c2', ''],
      ['a3', '2%20q'],
    ]);
  });

  it('sorts and joins them as §3.4.1.3.2 does', () => {
    const encoded: Pairs = parameters.map(([name, value]) => [encode(name), encode(value)]);
    const given = [...formParameters(url.search.slice(1)), ...encoded, ...formParameters(body)];
    expect(normalised(given)).toBe(
      'a2=r%20b&a3=2%20q&a3=a&b5=%3D%253D&c%40=&c2=&oauth_consumer_key=9djdj82h48djs9d2&oauth_nonce=7d8f3e4a' +
        '&oauth_signature_method=HMAC-SHA1&oauth_timestamp=137131201&oauth_token=kkk9d7dh3k39sjv7',
    );
  });

  it('signs the call; the signature that the RFC prints is wrong, this one is of its erratum 2550', async () => {
    const definition = fixedTokens({
      consumerKey: '9djdj82h48djs9d2',
      realm: 'Example',
      token: 'kkk9d7dh3k39sjv7',
      tokenSecret: 'dh893hdasih9',
    });
    const signed = await oauth1Protocol(definition).sign!({
      ground: groundOf({
        nonce: '7d8f3e4a',
        seconds: 137131201,
        secrets: { consumerSecret: 'j49sk3j29djd' },
      }),
      method: 'POST',
      url,
      headers: [form],
      body: bytes(body),
    });
    expect(signed).toEqual({
      url,
      headers: [
        [
          'authorization',
          'OAuth realm="Example", oauth_consumer_key="9djdj82h48djs9d2", oauth_token="kkk9d7dh3k39sjv7", ' +
            'oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131201", oauth_nonce="7d8f3e4a", ' +
            'oauth_signature="r6%2FTJjbCOr97%2F%2BUU0NsvSne7s5g%3D"',
        ],
      ],
      body: bytes(body),
    });
  });

  it.each([
    ['http://EXAMPLE.COM:80/r%20v/X?id=123', 'http://example.com/r%20v/X'],
    ['https://www.example.net:8080/?q=1', 'https://www.example.net:8080/'],
    ['HTTPS://www.example.net:443', 'https://www.example.net/'],
    ['http://example.com:443/%7e/%2f?#x', 'http://example.com:443/%7e/%2f'],
  ])('takes %s to the base string URI %s (§3.4.1.2)', (given, expected) => {
    expect(baseStringUri(new URL(given))).toBe(expected);
  });
});

describe('the examples of RFC 5849 §3.5', () => {
  const parameters: Pairs = [
    ['oauth_consumer_key', '0685bd9184jfhq22'],
    ['oauth_token', 'ad180jjd733klru7'],
    ['oauth_signature_method', 'HMAC-SHA1'],
    ['oauth_signature', 'wOJIO9A2W5mFwDgiDvZbTSMK/PY='],
    ['oauth_timestamp', '137131200'],
    ['oauth_nonce', '4572616e48616d6d65724c61686176'],
    ['oauth_version', '1.0'],
  ];
  const text =
    'oauth_consumer_key=0685bd9184jfhq22&oauth_token=ad180jjd733klru7&oauth_signature_method=HMAC-SHA1' +
    '&oauth_signature=wOJIO9A2W5mFwDgiDvZbTSMK%2FPY%3D&oauth_timestamp=137131200' +
    '&oauth_nonce=4572616e48616d6d65724c61686176&oauth_version=1.0';

  it('puts parameters into the header as §3.5.1 does', () => {
    expect(authorizationHeader(parameters, 'Example')).toBe(
      'OAuth realm="Example", oauth_consumer_key="0685bd9184jfhq22", oauth_token="ad180jjd733klru7", ' +
        'oauth_signature_method="HMAC-SHA1", oauth_signature="wOJIO9A2W5mFwDgiDvZbTSMK%2FPY%3D", ' +
        'oauth_timestamp="137131200", oauth_nonce="4572616e48616d6d65724c61686176", oauth_version="1.0"',
    );
  });

  it('puts parameters into a form as §3.5.2 does', () => {
    expect(Buffer.from(inForm('', parameters)).toString()).toBe(text);
    expect(Buffer.from(inForm('a=%20+', parameters)).toString()).toBe(`a=%20+&${text}`);
  });

  it('puts parameters into the query as §3.5.3 does', () => {
    expect(inQuery(new URL('http://example.com/example/path'), parameters).href).toBe(
      `http://example.com/example/path?${text}`,
    );
  });

  it('keeps a query that begins with a question mark, and fills an empty one', () => {
    const added: Pairs = [['a', '1']];
    expect(inQuery(new URL('http://example.com/??='), added).href).toBe('http://example.com/??=&a=1');
    expect(inQuery(new URL('http://example.com/?'), added).href).toBe('http://example.com/?a=1');
  });

  it('writes a realm as a quoted string, and refuses one that no header carries', () => {
    expect(authorizationHeader([], 'a "b" \\ %20')).toBe('OAuth realm="a \\"b\\" \\\\ %20"');
    expect(() => authorizationHeader([], 'a\r\nx: y')).toThrow('characters that a header cannot carry');
  });
});

describe('percent-encoding (RFC 5849 §3.6)', () => {
  it.each([
    ['abcABC123', 'abcABC123'],
    ['-._~', '-._~'],
    ['%', '%25'],
    ['+', '%2B'],
    ['&=*', '%26%3D%2A'],
    ["!'()", '%21%27%28%29'],
    ['\n', '%0A'],
    [' ', '%20'],
    ['\u007f', '%7F'],
    ['\u0080', '%C2%80'],
    ['\u3001', '%E3%80%81'],
    ['😀', '%F0%9F%98%80'],
    ['', ''],
  ])('encodes %j as %s', (text, expected) => {
    expect(encode(text)).toBe(expected);
  });

  it.each([
    ['%7e%41%5f', '~A_'],
    ['a+b%2bc', 'a%20b%2Bc'],
    ['%e3%80%81', '%E3%80%81'],
    ['%ff%00', '%FF%00'],
    ['%zz%4', '%25zz%254'],
    ['\u00ff', '%FF'],
  ])('brings %j of a form into %s, byte by byte', (raw, expected) => {
    expect(encodeAgain(raw)).toBe(expected);
  });
});
