import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventBridgeBus } from '#shared/aws/event-bus.ts';
import { LatchkeyEvent } from '#shared/events.ts';
import { manualClock } from '#shared/memory/clock.ts';
import { seededRandom } from '#shared/memory/random.ts';
import { startPutEvents, type Answer } from '../support/put-events-server.ts';
import { describeBus, sampleEvent } from './bus.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

const open = async (answer?: Answer) => {
  const server = await startPutEvents(answer);
  const client = new EventBridgeClient({
    endpoint: server.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const pauses: number[] = [];
  const clock = {
    now: manualClock(0).now,
    sleep: (milliseconds: number) => {
      pauses.push(milliseconds);
      return Promise.resolve();
    },
  };
  const bus = eventBridgeBus({ client, busName: 'latchkey-bus', clock, random: seededRandom(3) });
  stops.push(async () => {
    client.destroy();
    await server.stop();
  });
  const published = () =>
    Promise.resolve(server.taken.map(({ Detail }) => LatchkeyEvent.parse(JSON.parse(Detail))));
  return { bus, published, server, pauses };
};

const events = (count: number) => Array.from({ length: count }, (_, n) => sampleEvent({ n }));
const all = (entries: readonly unknown[], code: string) => entries.map(() => code);

describeBus('EventBridge', () => open());

describe('the bus on EventBridge', () => {
  it('names bus, source, type and time of each event', async () => {
    const { bus, server } = await open();
    const event = sampleEvent({}, 'auth.expiring');
    await bus.publish([event]);
    expect(server.taken).toEqual([
      {
        EventBusName: 'latchkey-bus',
        Source: 'latchkey',
        DetailType: 'auth.expiring',
        Detail: JSON.stringify(event),
        Time: Date.parse(event.time) / 1000,
      },
    ]);
  });

  it('sends at most 10 events in a call, in their order', async () => {
    const { bus, server } = await open();
    const published = events(25);
    await bus.publish(published);
    expect(server.calls.map((entries) => entries.length)).toEqual([10, 10, 5]);
    expect(server.taken.map(({ Detail }) => Detail)).toEqual(published.map((event) => JSON.stringify(event)));
  });

  it('sends at most 256 KB in a call, counted in bytes', async () => {
    const { bus, server } = await open();
    await bus.publish(Array.from({ length: 6 }, () => sampleEvent({ text: 'é'.repeat(60_000) })));
    expect(server.calls.map((entries) => entries.length)).toEqual([2, 2, 2]);
    for (const entries of server.calls) {
      const sizes = entries.map(
        ({ Source, DetailType, Detail }) => 14 + Buffer.byteLength(Source + DetailType + Detail),
      );
      expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(256 * 1024);
    }
  });

  it('sends again only what was refused, each after a pause', async () => {
    const { bus, server, pauses } = await open((entries, call) =>
      entries.map((_, place) => (call === 1 && place % 3 === 0 ? 'ThrottlingException' : undefined)),
    );
    const published = events(10);
    await bus.publish(published);
    expect(server.calls.map((entries) => entries.length)).toEqual([10, 4]);
    expect(server.calls[1]!.map(({ Detail }) => Detail)).toEqual(
      [0, 3, 6, 9].map((place) => JSON.stringify(published[place])),
    );
    expect(pauses).toHaveLength(1);
  });

  it('gives up after three more tries and says how many were not taken', async () => {
    const { bus, server, pauses } = await open((entries) =>
      entries.map(({ Detail }) => (/"n":[23]\b/.test(Detail) ? 'InternalException' : undefined)),
    );
    await expect(bus.publish(events(5))).rejects.toThrow('The bus did not take 2 of 5 events.');
    expect(server.calls.map((entries) => entries.length)).toEqual([5, 2, 2, 2]);
    expect(pauses).toHaveLength(3);
    for (const [place, pause] of pauses.entries()) {
      expect(pause).toBeGreaterThanOrEqual(0);
      expect(pause).toBeLessThan(100 * 2 ** place);
    }
  });

  it('draws its pauses by chance', async () => {
    const { bus, pauses } = await open((entries) => all(entries, 'ThrottlingException'));
    for (let round = 0; round < 5; round += 1) {
      await expect(bus.publish(events(1))).rejects.toThrow('1 of 1');
    }
    expect(new Set(pauses).size).toBe(15);
  });

  it('still publishes the other calls when one is refused as a whole', async () => {
    const { bus, server } = await open((entries, call) => (call === 2 ? 400 : entries.map(() => undefined)));
    const refusal = bus.publish(events(25)).then(
      () => undefined,
      (error: unknown) => error as Error,
    );
    expect(await refusal).toMatchObject({
      message: 'The bus did not take 10 of 25 events.',
      cause: { name: 'ValidationException' },
    });
    expect(server.taken).toHaveLength(15);
  });

  it('counts only what was left when a later try is refused as a whole', async () => {
    const { bus } = await open((entries, call) =>
      call === 1 ? entries.map((_, place) => (place < 2 ? 'InternalException' : undefined)) : 400,
    );
    await expect(bus.publish(events(10))).rejects.toThrow('The bus did not take 2 of 10 events.');
  });

  it('counts events that the answer does not tell of as not taken', async () => {
    const { bus } = await open((entries) => entries.slice(1).map(() => undefined));
    await expect(bus.publish(events(3))).rejects.toThrow('The bus did not take 1 of 3 events.');
  });

  it('rejects when nobody answers', async () => {
    const { bus, server } = await open();
    await server.stop();
    await expect(bus.publish(events(2))).rejects.toThrow('The bus did not take 2 of 2 events.');
  });
});
