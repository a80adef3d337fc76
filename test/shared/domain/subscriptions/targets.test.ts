import { beforeEach, describe, expect, it } from '@jest/globals';
import { AuthConnected, AuthNeedsReconnect } from '#shared/domain/auths/events.ts';
import { eventKinds } from '#shared/domain/events.ts';
import { learnConfirmation } from '#shared/domain/subscriptions/confirm.ts';
import { enableSubscription } from '#shared/domain/subscriptions/enable.ts';
import { DigestComposed } from '#shared/domain/subscriptions/events.ts';
import { NewSubscription, showSubscription } from '#shared/domain/subscriptions/subscription.ts';
import { letterOf } from '#shared/domain/subscriptions/targets/letter.ts';
import { bound } from '#shared/domain/subscriptions/targets/targets.ts';
import { testSubscription } from '#shared/domain/subscriptions/test.ts';
import { newEvent } from '#shared/events.ts';
import { NoticeFailure } from '#shared/ports.ts';
import { day, hour, minute, otherProcess, world, type World } from '../../../support/deps.ts';
import {
  deliveriesNow,
  deliveryHall,
  happened,
  subscribed,
  subscriptionNow,
  webhookAt,
} from '../../../support/deliveries.ts';
import { answer } from '../../../support/watched.ts';

let w: World;
beforeEach(async () => {
  w = await world();
});

const topicArn = 'arn:aws:sns:eu-west-1:123456789012:latchkey-alerts-ops';
const busArn = 'arn:aws:events:eu-west-1:123456789012:event-bus/latchkey-alerts-ops';
const sns = { type: 'sns', topicArn };
const eventbridge = { type: 'eventbridge', busArn };
const email = { type: 'email', address: 'ops@acme.example' };

const refOf = (id: string) => ({ organizationId: w.organizationId, subscriptionId: id });

describe('a target', () => {
  it.each([
    [{ type: 'sns', topicArn: 'latchkey-alerts-ops' }],
    [{ type: 'sns', topicArn: `${topicArn}:b0b5c4d2-0000-0000-0000-000000000000` }],
    [{ type: 'sns', topicArn: `${topicArn} ` }],
    [{ type: 'sns', topicArn: 'arn:aws:sqs:eu-west-1:123456789012:latchkey-alerts-ops' }],
    [{ type: 'sns', topicArn: 'arn:aws:sns:eu-west-1::latchkey-alerts-ops' }],
    [{ type: 'sns', topicArn: 'arn:aws:sns:*:123456789012:latchkey-alerts-ops' }],
    [{ type: 'sns', topicArn, url: 'https://one.example' }],
    [{ type: 'eventbridge', busArn: 'arn:aws:events:eu-west-1:123456789012:rule/latchkey-alerts-ops' }],
    [{ type: 'eventbridge', busArn: `${busArn}/rule` }],
    [{ type: 'eventbridge', busArn: 'latchkey-alerts-ops' }],
    [{ type: 'email', address: 'ops' }],
    [{ type: 'email', address: 'ops@acme.example, others@acme.example' }],
    [{ type: 'email', address: 'ops@acme.example\nBcc: others@acme.example' }],
    [{ type: 'pigeon', address: 'loft' }],
    [{ type: 'webhook', url: 'ftp://one.example' }],
  ])('that is none of the forms is refused, and its field named: %j', (target) => {
    const parsed = NewSubscription.safeParse({ name: 'One', target, events: ['auth.*'] });
    expect(parsed.success).toBe(false);
    expect(parsed.error?.issues.every(({ path }) => path[0] === 'target')).toBe(true);
  });

  it.each([
    ['body.target.topicArn', { ...sns, topicArn: 'arn:aws:sns:eu-west-1:123456789012:payments' }],
    [
      'body.target.topicArn',
      { ...sns, topicArn: 'arn:aws:sns:eu-west-1:123456789012:latchkey-service-AlarmsTopic' },
    ],
    ['body.target.busArn', { ...eventbridge, busArn: busArn.replace('latchkey-alerts-ops', 'latchkey') }],
    ['body.target.busArn', { ...eventbridge, busArn: busArn.replace('latchkey-alerts-ops', 'default') }],
    ['body.target.url', { type: 'webhook', url: 'http://one.example' }],
  ])('whose name was not made for it is refused at %s', async (path, target) => {
    await expect(subscribed(w, target)).rejects.toMatchObject({ status: 422, details: [{ path }] });
  });

  it.each([
    [webhookAt('one'), 'webhook at one.example', 'string'],
    [sns, `SNS topic ${topicArn}`, 'undefined'],
    [eventbridge, `event bus ${busArn}`, 'undefined'],
    [email, 'e-mail to ops@acme.example', 'undefined'],
  ])('is described, and has a signing secret only when it is a webhook: %j', async (target, text, kind) => {
    const { subscription, secret } = await subscribed(w, target);
    expect(bound(subscription.target).describe).toBe(text);
    expect(typeof secret?.reveal()).toBe(kind);
    expect(w.vault.paths().filter((path) => path.startsWith('subscription/'))).toHaveLength(
      kind === 'string' ? 1 : 0,
    );
    expect(showSubscription(subscription).target).toEqual(target);
  });
});

describe('a topic', () => {
  it('is told the document that webhooks get, with type, event and organization to filter by', async () => {
    const { subscription } = await subscribed(w, sns);
    const event = await happened(w);
    await deliveryHall(w).live(minute);
    const [{ to, notice }] = w.notices.told as [(typeof w.notices.told)[number]];
    expect(to).toBe(topicArn);
    expect(JSON.parse(notice!.message)).toMatchObject({
      type: 'auth.connected',
      timestamp: event.time,
      data: { eventId: event.id, ...AuthConnected.example },
    });
    expect(notice!.attributes).toEqual({
      type: 'auth.connected',
      eventId: event.id,
      organizationId: w.organizationId,
    });
    expect(await deliveriesNow(w, subscription)).toMatchObject([{ status: 'delivered' }]);
  });

  it.each(['not_found', 'forbidden', 'throttled', 'unavailable'] as const)(
    'that fails with %s is tried again, and the log says so',
    async (reason) => {
      const { subscription } = await subscribed(w, sns);
      const publish = () => Promise.reject(new NoticeFailure(reason));
      const broken = { ...w, deps: otherProcess(w.deps, { notices: { ...w.notices, publish } }) };
      await happened(w);
      await deliveryHall(broken).live(minute);
      expect(await deliveriesNow(w, subscription)).toMatchObject([
        { status: 'pending', tries: [{ error: reason }] },
      ]);
      await deliveryHall(w).live(10 * minute);
      expect(await deliveriesNow(w, subscription)).toMatchObject([{ status: 'delivered' }]);
    },
  );
});

describe('another bus', () => {
  it('is told the event as it is', async () => {
    await subscribed(w, eventbridge);
    const event = await happened(w);
    await deliveryHall(w).live(minute);
    expect(w.notices.told).toEqual([{ to: busArn, event }]);
  });
});

describe('a mailbox', () => {
  it('awaits its owner, is sent nothing before, and everything after the yes', async () => {
    const { subscription } = await subscribed(w, email);
    expect([...w.notices.mail.values()]).toEqual(['ops@acme.example']);
    expect(showSubscription(subscription).state).toBe('awaiting_confirmation');
    const hall = deliveryHall(w);
    for (let index = 0; index < 7; index += 1) await happened(w);
    await hall.live(hour);
    expect(w.notices.told).toEqual([]);
    const [first] = await deliveriesNow(w, subscription);
    expect(first?.tries[0]).toMatchObject({ error: 'awaiting_confirmation' });

    w.notices.confirm(subscription.mailTopic!);
    const seen = await learnConfirmation(w.deps, refOf(subscription.id));
    expect([seen.state, seen.trouble]).toEqual(['enabled', undefined]);
    await hall.live(5 * minute);
    expect(w.notices.told).toHaveLength(7);
    expect(w.notices.told.every(({ to }) => to === subscription.mailTopic)).toBe(true);
  });

  it('whose owner never says yes is disabled after three days; enabled again, the owner is asked again', async () => {
    const { subscription } = await subscribed(w, email);
    const hall = deliveryHall(w);
    await happened(w);
    await hall.live(3 * day + 3 * hour, 10 * minute);
    expect((await subscriptionNow(w, subscription)).disabled?.reason).toBe('failing');
    w.notices.closeMail(subscription.mailTopic!).catch(() => undefined);
    const enabled = await enableSubscription(w.deps, refOf(subscription.id));
    expect(enabled).toMatchObject({ state: 'awaiting_confirmation', mailTopic: subscription.mailTopic });
    expect([...w.notices.mail.values()]).toEqual(['ops@acme.example']);
  }, 60_000);

  it('whose owner has unsubscribed is not taken for told', async () => {
    const { subscription } = await subscribed(w, email);
    w.notices.confirm(subscription.mailTopic!);
    await happened(w);
    const hall = deliveryHall(w);
    await hall.live(minute);
    expect((await subscriptionNow(w, subscription)).state).toBe('enabled');
    w.notices.confirm(subscription.mailTopic!, false);
    await happened(w);
    await hall.live(minute);
    const states = (await deliveriesNow(w, subscription)).map(({ status }) => status);
    expect(states).toEqual(['delivered', 'pending']);
  });
});

describe('a letter', () => {
  it('says what happened, what to do, where, and the ids', () => {
    const data = { ...AuthNeedsReconnect.example, link: 'https://acme.example/support' };
    const event = newEvent(w.deps, AuthNeedsReconnect, { organizationId: w.organizationId, data });
    const { subject, message } = letterOf(event, 'https://latchkey.example');
    expect(subject).toBe('[Latchkey] auth.needs_reconnect: The auth is over');
    expect(message).toBe(
      [
        'What happened',
        '  The auth is over: the person has to connect again. advice says what to do, link where.',
        '',
        'What to do',
        '  Ask the person to connect again.',
        '',
        'Where',
        '  https://acme.example/support',
        '',
        'Details',
        `  event: auth.needs_reconnect, ${event.id}`,
        `  time: ${event.time}`,
        `  authId: ${data.authId}`,
        `  serviceId: ${data.serviceId}`,
        `  workspaceId: ${data.workspaceId}`,
        '  cause: revoked',
        '  code: invalid_grant',
        '  description: Token has been expired or revoked.',
        '',
        'Sent by Latchkey at https://latchkey.example. The subscription can be changed there; the link below ends it.',
      ].join('\n'),
    );
  });

  it.each(eventKinds.filter(({ audience }) => audience === 'news').map((kind) => [kind.type, kind] as const))(
    'of %s has a subject that SNS takes',
    (_, kind) => {
      const about = { organizationId: w.organizationId, data: kind.example };
      const { subject, message } = letterOf(
        newEvent(w.deps, kind as never, about),
        'https://latchkey.example',
      );
      expect(subject).toMatch(/^\[Latchkey\] [a-z_.]+: [\x20-\x7e]*[^\s]$/);
      expect(subject.length).toBeLessThanOrEqual(100);
      expect(message).not.toMatch(/undefined|\[object/);
    },
  );

  it('tells the counts of a digest, and leaves what is for programs to them', () => {
    const data = DigestComposed.example;
    const event = newEvent(w.deps, DigestComposed, { organizationId: w.organizationId, data });
    const { message } = letterOf(event, 'https://latchkey.example');
    expect(message).toContain('  countsByCause: revoked 500\n');
    expect(message).not.toContain('sample:');
  });

  it('keeps what others say within its line', () => {
    const data = { ...AuthNeedsReconnect.example, description: 'Over.\r\nWhat to do\n  Pay\u2028at once' };
    const event = newEvent(w.deps, AuthNeedsReconnect, { organizationId: w.organizationId, data });
    expect(letterOf(event, 'https://x.example').message).toContain(
      'description: Over. What to do   Pay at once\n',
    );
  });
});

describe('a test', () => {
  it('tells at once what the subscriber answers, and stands in the log', async () => {
    const { subscription } = await subscribed(w, webhookAt('one'));
    w.http.answers(async () => {
      await w.clock.advance(250);
      return answer(418, 'a body that is nobody else’s business');
    });
    const tested = await testSubscription(w.deps, refOf(subscription.id));
    expect(tested).toEqual({ delivered: false, status: 418, error: null, milliseconds: 250, by: null });
    expect(String(w.http.requests[0]?.body)).toContain('"type":"subscription.test"');
    const [delivery] = await deliveriesNow(w, subscription);
    expect(delivery).toMatchObject({ status: 'failed', tries: [{ status: 418, milliseconds: 250 }] });
    expect(w.store.dump()).not.toContain('nobody else');
    expect((await subscriptionNow(w, subscription)).trouble).toBeUndefined();
  });

  it('says that a notice was only kept on this machine, where that is so', async () => {
    const deps = otherProcess(w.deps, { notices: { ...w.notices, by: 'local' } });
    const local = { ...w, deps };
    const { subscription } = await subscribed(local, sns);
    expect(await testSubscription(deps, refOf(subscription.id))).toMatchObject({
      delivered: true,
      by: 'local',
    });
    expect(await deliveriesNow(w, subscription)).toMatchObject([{ tries: [{ by: 'local' }] }]);
  });
});
