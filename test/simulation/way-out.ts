import { HttpFailure, type Http, type IncomingResponse, type OutgoingRequest } from '#shared/ports.ts';
import { jsonAnswer } from '../support/watched.ts';
import { longestAnswer, type Provider } from './provider.ts';
import type { Process, Scheduler } from './scheduler.ts';
import type { Witness } from './witness.ts';

interface Way {
  readonly provider: Provider;
  readonly scheduler: Scheduler;
  readonly witness: Witness;
}

const busy: readonly (readonly [number, readonly (readonly [string, string])[]])[] = [
  [429, [['retry-after', '120']]],
  [503, []],
  [500, []],
  [408, []],
];

/** The way out: the provider's token endpoint, and the ways in which a call to it goes wrong. */
export const httpOf = (world: Way, process: Process): Http => {
  const { provider, scheduler, witness } = world;
  const { chance, now } = scheduler;

  const act = (form: URLSearchParams) => {
    const token = form.get('refresh_token');
    if (token === null)
      return { call: undefined, perform: () => provider.exchange(form.get('code') ?? '', now()) };
    const call = witness.sent(process.name, token);
    const perform = () => {
      witness.spent(call);
      return provider.renew(call, now());
    };
    return { call, perform };
  };

  const failureOf = () => {
    const { unreached, busy: isBusy, lost, gateway } = scheduler.faults();
    if (chance.happens(unreached)) return chance.pick(['unreached', 'reset_before'] as const);
    if (chance.happens(isBusy)) return 'busy';
    if (chance.happens(lost)) return 'lost';
    return chance.happens(gateway) ? chance.pick(['gateway', 'garbled'] as const) : undefined;
  };

  const send = (request: OutgoingRequest): Promise<IncomingResponse> =>
    new Promise((resolve, reject) => {
      const { generation } = process;
      const { call, perform } = act(new URLSearchParams(request.body as string));
      const slow = chance.happens(scheduler.faults().slowProvider);
      // A request whose sender has given up does not arrive any more; its answer may be too late.
      const arrives = chance.below(slow ? chance.pick([2_000, 10_000, request.timeoutMilliseconds]) : 200);
      const takes = arrives + chance.below(slow ? longestAnswer : 200);
      const failure = failureOf();
      const end = (answer: () => void) => () => {
        if (call) call.ended = true;
        if (chance.happens(scheduler.faults().crash)) scheduler.crash(process);
        if (process.generation === generation) answer();
      };
      const limit = request.timeoutMilliseconds;
      const reached = failure !== 'unreached' && failure !== 'reset_before' && failure !== 'busy';
      let answer = jsonAnswer(503, {});
      const arrive = () => {
        if (reached) {
          const { status, content } = perform();
          answer = jsonAnswer(status, content);
        }
        if (takes < limit) scheduler.later(takes - arrives, end(finish));
      };
      const finish = () => {
        switch (failure) {
          case undefined: {
            resolve(answer);
            return;
          }
          case 'unreached': {
            reject(new HttpFailure('connect', false));
            return;
          }
          case 'reset_before':
          case 'lost': {
            reject(new HttpFailure('reset', true));
            return;
          }
          case 'busy': {
            const [status, headers] = chance.pick(busy);
            resolve(jsonAnswer(status, {}, headers));
            return;
          }
          case 'gateway': {
            resolve(jsonAnswer(502, {}));
            return;
          }
          case 'garbled': {
            if (call) call.garbled = true;
            resolve(jsonAnswer(200, 'garbled'));
            return;
          }
        }
      };
      scheduler.later(arrives, arrive);
      if (takes >= limit)
        scheduler.later(
          limit,
          end(() => reject(new HttpFailure('timeout', true))),
        );
    });
  return { send };
};
