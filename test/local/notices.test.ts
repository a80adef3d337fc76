import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AuthConnected } from '#shared/domain/auths/events.ts';
import { newEvent } from '#shared/events.ts';
import { localNotices } from '../../local/notices.ts';
import { memoryPorts } from '../support/deps.ts';

const { deps, clock } = memoryPorts();
const topicArn = 'arn:aws:sns:eu-west-1:123456789012:latchkey-alerts-ops';
const notice = { subject: 'Subject', message: 'text', attributes: {} };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'latchkey-notices-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('notices on this machine', () => {
  it('are kept for whoever looks, say that they went nowhere, and outlive a restart and a line cut off', async () => {
    const path = join(directory, 'notices.jsonl');
    const notices = localNotices(path, clock);
    expect([notices.by, notices.kept()]).toEqual(['local', []]);
    const event = newEvent(deps, AuthConnected, {
      organizationId: `org_${'0'.repeat(26)}`,
      data: AuthConnected.example,
    });
    await notices.publish(topicArn, notice);
    await notices.putEvent('bus', event);
    const mail = await notices.openMail('sub_1', 'ops@acme.example');
    expect(await notices.mailConfirmed(mail)).toBe(true);
    await notices.closeMail(mail);
    appendFileSync(path, '{"at": "2026');
    const at = new Date(clock.now()).toISOString();
    expect(localNotices(path, clock).kept()).toEqual([
      { at, to: topicArn, ...notice },
      { at, to: 'bus', event },
      { at, to: mail, subscribes: 'ops@acme.example' },
    ]);
  });
});
