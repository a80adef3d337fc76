import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { guardedHttp, parseAllowList } from '#shared/aws/egress.ts';
import { readText } from '#shared/domain/read-text.ts';
import { EgressRefused, HttpFailure } from '#shared/ports.ts';
import { chanceOf } from '../simulation/chance.ts';
import { watchSockets, type SocketWatch } from './sockets.ts';

/** 127.0.0.1 stands for the attacker's own public server, as the only address that is allowed. */
const outside = '127.0.0.1';
/** Another address that is allowed, where nobody listens: whoever calls goes on to the next address of the name. */
const silent = '127.0.0.3';
/** Where the attacker wants a call to go: two of them listen, so that a call would come through. */
const within = [
  '127.0.0.2',
  '::1',
  '::ffff:127.0.0.2',
  '10.0.0.1',
  '169.254.169.254',
  'fd00:ec2::254',
  '0.0.0.0',
];

const tries = 1_000;
const callsOfTry = 4;

let sockets: SocketWatch;
let port = 0;
const servers: Server[] = [];
const reached: string[] = [];

const answers = (socket: Socket) => {
  socket.on('error', () => undefined);
  socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
};

const listen = async (host: string, at: number): Promise<number> => {
  const server = createServer((socket) => {
    reached.push(host);
    answers(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(at, host, resolve);
  });
  return (server.address() as AddressInfo).port;
};

beforeAll(async () => {
  port = await listen(outside, 0);
  await listen('127.0.0.2', port);
  await listen('::1', port);
  sockets = watchSockets();
});
afterAll(() => {
  sockets.stop();
  for (const server of servers) server.close();
});

type Answers = () => readonly string[];

/** How a name server of the attacker's may answer, each time that it is asked; `pick` is the chance of this try. */
const schemes: Readonly<Record<string, (pick: <T>(from: readonly T[]) => T) => Answers>> = {
  'good first, then private': (pick) => {
    let asked = 0;
    return () => [(asked += 1) === 1 ? outside : pick(within)];
  },
  'good until it is trusted, then private': (pick) => {
    let left = pick([1, 2, 3]);
    return () => [(left -= 1) >= 0 ? outside : pick(within)];
  },
  'good and private in turn': (pick) => {
    let asked = 0;
    return () => [(asked += 1) % 2 === 0 ? outside : pick(within)];
  },
  'both at once, the good one first': (pick) => () => [outside, pick(within)],
  'both at once, the private one first': (pick) => () => [pick(within), outside],
  'a private one among many good ones': (pick) => () => [outside, outside, pick(within), outside],
  'IPv4 good, IPv6 private': (pick) => () => [outside, pick(within.filter((each) => each.includes(':')))],
  'nothing, then private': (pick) => {
    let asked = 0;
    return () => ((asked += 1) === 1 ? [] : [pick(within)]);
  },
  'what is no address, beside a good one': (pick) => () => [outside, pick(['localhost', '127.1', '', 'x'])],
  'a good one where nobody listens, then a private one': (pick) => () => [silent, pick(within)],
  'private only': (pick) => () => [pick(within)],
};

const call = async (http: ReturnType<typeof guardedHttp>, host: string, method: string) => {
  const url = `http://${host}:${port}/`;
  try {
    const { body } = await http.send({ method, url, headers: [], timeoutMilliseconds: 5_000 });
    await readText({ status: 200, headers: [], body }, 100);
    return 'answered' as const;
  } catch (error) {
    if (error instanceof EgressRefused) return 'refused' as const;
    throw error;
  }
};

describe('names whose addresses change between the look and the call', () => {
  it(`lead nowhere but to the address that was judged, in ${String(tries)} tries`, async () => {
    const { pick } = chanceOf(20_261_122, 0);
    const ended = { answered: 0, refused: 0 };
    const names = Object.keys(schemes);
    for (let index = 0; index < tries; index += 1) {
      const addresses = schemes[names[index % names.length]!]!(pick);
      const http = guardedHttp({
        allow: parseAllowList(`${outside},${silent}`),
        plainHttp: true,
        // Some answer late, so that calls at the same time meet different answers.
        resolve: async () => {
          if (pick([true, false])) await new Promise((resolve) => setImmediate(resolve));
          return addresses();
        },
      });
      const calls = Array.from(
        { length: callsOfTry },
        () => () => call(http, `t${index}.example`, pick(['GET', 'POST'])),
      );
      // One after the other finds kept connections, at once finds none.
      const ends = pick([true, false]) ? await Promise.all(calls.map((run) => run())) : [];
      if (ends.length === 0) for (const run of calls) ends.push(await run());
      for (const end of ends) ended[end] += 1;
    }
    expect(new Set(sockets.dialled.map(({ host }) => host))).toEqual(new Set([outside]));
    expect(new Set(reached)).toEqual(new Set([outside]));
    // Both happened, often: else nothing was tried.
    expect(ended.answered).toBeGreaterThan(tries / 2);
    expect(ended.refused).toBeGreaterThan(tries);
    expect(ended.answered + ended.refused).toBe(tries * callsOfTry);
  }, 120_000);

  it.each<[string, () => Promise<readonly string[]>]>([
    ['throws', () => Promise.reject(new Error('no such name'))],
    ['answers nothing', () => Promise.resolve([])],
    ['answers with what is no list of addresses', () => Promise.resolve(['ns1.example'])],
    [
      'throws at once',
      () => {
        throw new Error('at once');
      },
    ],
  ])('are not called when the resolver %s', async (_, resolve) => {
    const before = sockets.dialled.length;
    const http = guardedHttp({ allow: parseAllowList(outside), plainHttp: true, resolve });
    const end = await call(http, 'odd.example', 'GET').catch((error: unknown) => error);
    expect(end === 'refused' || end instanceof HttpFailure).toBe(true);
    expect(sockets.dialled.length).toBe(before);
  });
});
