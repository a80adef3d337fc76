import type { RawMessage } from '../support/raw.ts';

type Lines = RawMessage['lines'];

/** Something in which a message differs when it goes through the proxy, as docs/guides/http-client.md says. */
interface Difference {
  readonly what: string;
  /** Does to a message that went straight what the proxy does. */
  readonly to: (message: RawMessage) => RawMessage;
}

const lines = (what: string, change: (lines: Lines) => Lines): Difference => ({
  what,
  to: (message) => ({ ...message, lines: change(message.lines) }),
});

const first = (what: string, change: (line: string) => string): Difference => ({
  what,
  to: (message) => ({ ...message, first: change(message.first) }),
});

const without = (names: readonly string[]) => (all: Lines) =>
  all.filter(([name]) => !names.includes(name.toLowerCase()));

/** Each name once, at the place of its first line. */
const joined = (separator: string) => (all: Lines) =>
  [...Map.groupBy(all, ([name]) => name)].map(
    ([name, same]) => [name, same.map(([, value]) => value).join(separator)] as const,
  );

/** What belongs to one connection or frames a message: each side writes its own, so that neither is compared. */
export const framing = ['connection', 'content-length', 'transfer-encoding'];

const spelling = lines('Names are in lower case; but the Host that we write.', (all) =>
  all.map(([name, value]) => [name === 'Host' ? name : name.toLowerCase(), value]),
);

/** In which requests differ. `credential` is what the service's rules put on. */
export const requestDifferences = (credential: readonly [string, string]): readonly Difference[] => [
  lines(
    'What belongs to one connection does not go on.',
    without([...framing, 'keep-alive', 'te', 'proxy-authorization']),
  ),
  lines(
    'What tells of the way to us does not go on.',
    without(['x-forwarded-for', 'forwarded', 'via', 'x-real-ip', 'x-amzn-trace-id']),
  ),
  spelling,
  lines('Cookies stand in one line, behind the other headers.', (all) => [
    ...without(['cookie'])(all),
    ...joined('; ')(all.filter(([name]) => name === 'cookie')),
  ]),
  lines('A header that stands in several lines goes on in one.', joined(',')),
  lines('The credential stands at the end.', (all) => [...all, credential]),
  first('A quotation mark in the query is written %27.', (line) => {
    const [path = '', ...query] = line.split('?');
    return [path, ...query.map((text) => text.replaceAll("'", '%27'))].join('?');
  }),
  first('A question mark with nothing behind it is left out.', (line) =>
    line.replace(/^([^?]*)\? HTTP/, '$1 HTTP'),
  ),
];

/** In which answers differ. */
export const answerDifferences: readonly Difference[] = [
  first('The reason phrase is that of RFC 9110.', (line) => line.split(' ').slice(0, 2).join(' ')),
  lines('What belongs to one connection does not come back.', without([...framing, 'keep-alive'])),
  lines(
    'What sets something on our origin does not come back.',
    without(['set-cookie', 'strict-transport-security', 'access-control-allow-origin']),
  ),
  lines('What only we may say does not come back.', without(['latchkey-error'])),
  spelling,
  lines('A header that stands in several lines comes back in one.', joined(', ')),
];

/** A message with all differences done to it. */
export const differing = (differences: readonly Difference[], message: RawMessage): RawMessage =>
  differences.reduce((done, { to }) => to(done), message);
