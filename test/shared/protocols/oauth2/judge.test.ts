import { describe, expect, it } from '@jest/globals';
import { tokenAnswers, type TokenAnswerCase } from '../token-answers.ts';
import { protocol } from './definition.ts';

const judged = ({ definition, answer }: TokenAnswerCase) => {
  const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  return protocol(definition).judge({ ...answer, body });
};

const isGood = ({ expected }: TokenAnswerCase) => 'access' in expected;

describe("judging a token endpoint's answer", () => {
  it.each(tokenAnswers.filter(isGood))('takes what is granted by $title', (one) => {
    const verdict = judged(one);
    if (verdict.kind !== 'granted') throw new Error(`It was judged ${verdict.kind} (${verdict.code}).`);
    const { values, refreshToken, lifetimeSeconds, expiresAt, refreshLifetimeSeconds, scopes } =
      verdict.granted;
    const { access_token: access, ...others } = values;
    const metadata = Object.entries(others).map(([name, value]) => [name.replace('metadata.', ''), value]);
    expect({
      access,
      refresh: refreshToken?.reveal(),
      life: lifetimeSeconds,
      expiresAt,
      refreshLife: refreshLifetimeSeconds,
      scopes,
      metadata: metadata.length === 0 ? undefined : Object.fromEntries(metadata),
    }).toEqual(one.expected);
  });

  it.each(tokenAnswers.filter((one) => !isGood(one)))('refuses $title', (one) => {
    if ('access' in one.expected) throw new Error('It is a good one.');
    const { refused: kind, code } = one.expected;
    expect(judged(one)).toMatchObject({ kind, code, retryAfter: one.answer.retryAfter });
  });

  it('has a table of at least 70 answers, each with a title of its own', () => {
    expect(tokenAnswers.length).toBeGreaterThanOrEqual(70);
    expect(new Set(tokenAnswers.map(({ title }) => title)).size).toBe(tokenAnswers.length);
  });

  it('keeps a refresh token from being printed', () => {
    const verdict = protocol().judge({
      status: 200,
      contentType: 'application/json',
      body: '{"access_token":"a","refresh_token":"private-token"}',
    });
    if (verdict.kind !== 'granted') throw new Error('It was refused.');
    expect(JSON.stringify(verdict.granted.refreshToken)).not.toContain('private-token');
  });
});
