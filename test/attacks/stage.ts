import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { guardedHttp, parseAllowList } from '#shared/aws/egress.ts';
import type { Deps, IncomingResponse, OutgoingRequest } from '#shared/ports.ts';
import { world, type World } from '../support/deps.ts';
import { answer } from '../support/watched.ts';
import { watchSockets, type SocketWatch } from './sockets.ts';

/** A provider that answers as an attack wants it to; what is sent to it passes no guard, and needs no socket. */
export const good = 'https://good.example';
/** The same without TLS: from here redirects may lead to plain HTTP. */
export const goodPlain = 'http://good.example';

const { host } = new URL(good);

/** A site of an attacker's, by any scheme and port, that answers everything with a redirect. */
export const moved = 'moved.example';

type Answerer = (request: OutgoingRequest) => IncomingResponse;

/** A world whose way out is the real guard, behind which names lead where a test says. */
export interface Stage extends World {
  /** What the good provider answers from now on. */
  readonly answers: (answerer: Answerer) => void;
  /** Where names lead to from now on. */
  readonly resolves: (addresses: readonly string[]) => void;
  /** How many calls came as far as the guard. */
  readonly asked: () => number;
  /** How many came to `moved`. */
  readonly movedAsked: () => number;
  readonly sockets: SocketWatch;
}

interface StageOptions {
  /** Where `moved` leads to. */
  readonly movesTo?: string;
  /** What the deployer lets through; nothing when left out. */
  readonly allow?: string;
}

/** Sets the stage. Even plain HTTP is switched on: nothing but the judgement of addresses keeps a call in. */
export const stage = async ({ allow = '', movesTo = '/' }: StageOptions = {}): Promise<Stage> => {
  const w = await world();
  let answerer: Answerer = () => answer(200);
  let addresses: readonly string[] = [];
  let asked = 0;
  let movedAsked = 0;
  const list = parseAllowList(allow);
  const guard = guardedHttp({ allow: list, plainHttp: true, resolve: () => Promise.resolve(addresses) });
  const http = {
    send: (request: OutgoingRequest) => {
      if (URL.parse(request.url)?.host === host) return Promise.resolve(answerer(request));
      if (URL.parse(request.url)?.hostname === moved) {
        movedAsked += 1;
        return Promise.resolve(answer(307, '', [['location', movesTo]]));
      }
      asked += 1;
      return guard.send(request);
    },
  };
  const settings = { publicUrl: 'https://latchkey.example', plainHttp: true, allow: list };
  const deps: Deps = { ...w.deps, http, settings };
  return {
    ...w,
    deps,
    answers: (next) => (answerer = next),
    resolves: (next) => (addresses = next),
    asked: () => asked,
    movedAsked: () => movedAsked,
    sockets: watchSockets(),
  };
};

/** A listener on loopback that answers every request with an empty object. */
export const listener = async () => {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  let connections = 0;
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
