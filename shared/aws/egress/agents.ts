import { Agent as HttpAgent, type ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Socket } from 'node:net';
import { EgressRefused } from '#shared/ports.ts';
import { dial, type DialRules } from './dial.ts';
import type { Target } from './target.ts';

/** Bounds of the pool: short, as servers close idle connections after 5 seconds and more. */
const kept = { keepAlive: true, timeout: 4_000, maxFreeSockets: 32 } as const;

/** What a request tells the agent that opens its connection. */
export interface Passage {
  readonly target: Target;
  readonly signal: AbortSignal;
  /** Hears why no connection could be opened. */
  readonly failed: (error: unknown) => void;
}

export interface GuardedArgs extends ClientRequestArgs {
  readonly passage?: Passage;
}

/** Puts the guard in the one place through which an agent gets its connections. */
const guard = <T extends HttpAgent>(agent: T, rules: DialRules): T => {
  agent.createConnection = ({ passage }: GuardedArgs, done) => {
    // The type asks for a socket beside an error; the agent does not look at it.
    const refuse = (error: Error) => done?.(error, new Socket());
    if (passage === undefined) {
      refuse(new EgressRefused('A connection was asked for past the guard.'));
      return undefined;
    }
    dial(passage.target, rules, passage.signal).then(
      (socket) => done?.(null, socket),
      (error: unknown) => {
        passage.failed(error);
        refuse(new Error('There is no connection.'));
      },
    );
    return undefined;
  };
  return agent;
};

type ChooseAgent = (target: Target, reuse: boolean) => HttpAgent;

/**
 * The agents of one way out. `reuse` gives one that keeps connections for a few seconds; Node keeps them apart by
 * scheme, host and port, so that none ever serves another host.
 */
export const guardedAgents = (rules: DialRules): ChooseAgent => {
  const plain = { kept: guard(new HttpAgent(kept), rules), fresh: guard(new HttpAgent(), rules) };
  const secure = { kept: guard(new HttpsAgent(kept), rules), fresh: guard(new HttpsAgent(), rules) };
  return (target, reuse) => (target.secure ? secure : plain)[reuse ? 'kept' : 'fresh'];
};
