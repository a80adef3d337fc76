import { beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { createKey } from '#shared/domain/keys/create.ts';
import type { KeyRole } from '#shared/permissions.ts';
import { handler } from '#functions/services/lambda.ts';
import { call } from '../../../../support/api.ts';
import { world, type World } from '../../../../support/deps.ts';
import { actor, tokenDocument, tokenService } from '../../../../support/nouns.ts';
import { capturedOutput } from '../../../../support/output.ts';

let w: World;
beforeEach(async () => {
  w = await world();
  provide(w.deps);
});

const send = async (path: string, body?: unknown, role: KeyRole = 'contributor') => {
  const made = await createKey(w.deps, { by: actor(w), input: { name: 'CI', role } });
  const output = capturedOutput();
  try {
    return await call(handler, {
      method: 'POST',
      path: `/v1/workspaces/${w.workspaceId}/services/${path}`,
      headers: { authorization: `Bearer ${made.text.reveal()}` },
      body,
    });
  } finally {
    output.stop();
  }
};

describe('the check of a new definition', () => {
  it('answers 200, for a bad one with findings', async () => {
    expect(await send('check', tokenDocument())).toMatchObject({
      status: 200,
      json: { ok: true, findings: [], effect: null },
    });
    const bad = await send('check', { name: 1 });
    expect(bad).toMatchObject({ status: 200, json: { ok: false, effect: null } });
  });

  it('answers 422 to what is no JSON object, and 403 to who may not write services', async () => {
    expect((await send('check', [])).status).toBe(422);
    expect((await send('check', tokenDocument(), 'viewer')).status).toBe(403);
  });
});

describe('the check of an edit', () => {
  it('answers 200, and without a body tells of the service as it stands', async () => {
    const { id } = await tokenService(w);
    const effect = { auths: 0, ends: 0, atLeast: false, changes: [] };
    expect(await send(`${id}/check`)).toMatchObject({
      status: 200,
      json: { ok: true, findings: [], effect },
    });
    expect(await send(`${id}/check`, tokenDocument())).toMatchObject({
      status: 200,
      json: { ok: true, effect },
    });
  });

  it('answers 404 where there is no such service, and 403 to who may not write services', async () => {
    const { id } = await tokenService(w);
    expect((await send(`svc_${'0'.repeat(26)}/check`)).status).toBe(404);
    expect((await send(`${id}/check`, undefined, 'viewer')).status).toBe(403);
  });
});
