import { parentPort } from 'node:worker_threads';
import { nothing, sum, type Errand, type Tally } from './fleet.ts';
import { mutations } from './mutations.ts';
import { simulate } from './simulate.ts';

const play = async (seed: number, mutation: Errand['mutation']): Promise<Tally> => {
  const { broken, ...verdict } = await simulate(seed, {
    mutation: mutation === undefined ? undefined : mutations[mutation],
  });
  const [what] = broken;
  return {
    ...verdict,
    seeds: 1,
    red: what === undefined ? [] : [{ seed, what }],
  };
};

parentPort?.on('message', ({ from, count, mutation }: Errand) => {
  void (async () => {
    let all = nothing;
    for (let seed = from; seed < from + count; seed += 1) all = sum(all, await play(seed, mutation));
    parentPort?.postMessage(all);
  })();
});
