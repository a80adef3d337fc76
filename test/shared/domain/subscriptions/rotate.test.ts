import { beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { renewSigningSecret } from '#shared/domain/subscriptions/rotate.ts';
import { day, hour, minute, otherProcess, world, type World } from '../../../support/deps.ts';
import { capturedOutput } from '../../../support/output.ts';
import {
  deliveryHall,
  happened,
  subscribed,
  subscriptionNow,
  webhookAt,
} from '../../../support/deliveries.ts';

let w: World;
beforeEach(async () => {
  w = await world();
});

const refOf = ({ id }: { id: string }) => ({ organizationId: w.organizationId, subscriptionId: id });

/** Whether the library of the standard takes the last message with a secret; its clock is the test's. */
const takes = (secret: string): boolean => {
  const { headers, body } = w.http.requests.at(-1)!;
  const sent = Object.fromEntries(headers);
  const signed = new Webhook(secret).sign(
    sent['webhook-id']!,
    new Date(Number(sent['webhook-timestamp']) * 1000),
    String(body),
  );
  return sent['webhook-signature']!.split(' ').includes(signed);
};

const versions = (id: string) => w.vault.versions(`subscription/${w.organizationId}/${id}`);

describe('renewing the signing secret', () => {
  it('lets both sign for the overlap, and forgets the old one after it', async () => {
    const { subscription, secret: old } = await subscribed(w, webhookAt('one'));
    const hall = deliveryHall(w);
    const { secret } = await renewSigningSecret(w.deps, { ...refOf(subscription), overlapSeconds: 86_400 });
    expect(secret.reveal()).not.toBe(old!.reveal());
    await happened(w);
    await hall.live(minute);
    expect([takes(secret.reveal()), takes(old!.reveal())]).toEqual([true, true]);
    await hall.live(day - 5 * minute, hour);
    await happened(w);
    await hall.live(minute);
    expect([takes(secret.reveal()), takes(old!.reveal()), versions(subscription.id)]).toEqual([
      true,
      true,
      2,
    ]);
    await hall.live(10 * minute);
    await happened(w);
    await hall.live(minute);
    expect([takes(secret.reveal()), takes(old!.reveal()), versions(subscription.id)]).toEqual([
      true,
      false,
      1,
    ]);
    expect((await subscriptionNow(w, subscription)).secretBefore).toBeUndefined();
    expect(w.store.dump()).not.toContain(secret.reveal());
  });

  it('without an overlap ends the old one at once', async () => {
    const { subscription, secret: old } = await subscribed(w, webhookAt('one'));
    const { secret } = await renewSigningSecret(w.deps, { ...refOf(subscription), overlapSeconds: 0 });
    await happened(w);
    await deliveryHall(w).live(minute);
    expect([takes(secret.reveal()), takes(old!.reveal()), versions(subscription.id)]).toEqual([
      true,
      false,
      1,
    ]);
  });

  it('twice within the overlap keeps the last two alone', async () => {
    const { subscription, secret: first } = await subscribed(w, webhookAt('one'));
    const renewing = { ...refOf(subscription), overlapSeconds: 86_400 };
    const { secret: second } = await renewSigningSecret(w.deps, renewing);
    const { secret: third } = await renewSigningSecret(w.deps, renewing);
    await happened(w);
    await deliveryHall(w).live(minute);
    const taken = [first!, second, third].map((secret) => takes(secret.reveal()));
    expect([taken, versions(subscription.id)]).toEqual([[false, true, true], 2]);
  });

  it('whose forgetting fails is forgotten later', async () => {
    const { subscription } = await subscribed(w, webhookAt('one'));
    await renewSigningSecret(w.deps, { ...refOf(subscription), overlapSeconds: 60 });
    const forget = () => Promise.reject(new Error('down'));
    const broken = { ...w, deps: otherProcess(w.deps, { vault: { ...w.deps.vault, forget } }) };
    const output = capturedOutput();
    await deliveryHall(broken).live(90_000, 30_000);
    output.stop();
    expect((await subscriptionNow(w, subscription)).secretBefore).toBeDefined();
    expect(versions(subscription.id)).toBe(2);
    await deliveryHall(w).live(5 * minute);
    expect((await subscriptionNow(w, subscription)).secretBefore).toBeUndefined();
    expect(versions(subscription.id)).toBe(1);
  });

  it('of what is not signed answers 409', async () => {
    const { subscription } = await subscribed(w, {
      type: 'sns',
      topicArn: 'arn:aws:sns:eu-west-1:123456789012:latchkey-alerts-ops',
    });
    const renewal = renewSigningSecret(w.deps, { ...refOf(subscription), overlapSeconds: 60 });
    await expect(renewal).rejects.toMatchObject({ status: 409, code: 'not_signed' });
  });
});
