import { describe, expect, it } from '@jest/globals';
import type * as z from 'zod';
import { PageQuery } from '#shared/domain/inputs.ts';
import { NewSubscription } from '#shared/domain/subscriptions/subscription.ts';
import { issueDetails } from '#shared/errors.ts';

const told = (schema: z.ZodType, value: unknown) => {
  const { error } = schema.safeParse(value);
  return error ? issueDetails(error, 'query') : [];
};

describe('what is wrong with an input', () => {
  it('is told of an e-mail address as a person would, without the pattern that it was held against', () => {
    const target = { type: 'email', address: 'ops at acme' };
    expect(told(NewSubscription, { name: 'Ops', target, events: ['auth.*'] })).toEqual([
      { path: 'query.target.address', message: 'Expected an e-mail address, such as ops@acme.example.' },
    ]);
  });

  it('is told of a number in a query that is none, and of one that is a fraction', () => {
    expect(told(PageQuery, { limit: 'abc' })).toEqual([
      { path: 'query.limit', message: 'Expected a number; it is something else.' },
    ]);
    expect(told(PageQuery, { limit: '1.5' })).toEqual([
      { path: 'query.limit', message: 'Expected a whole number; it is a fraction, or too large.' },
    ]);
  });
});
