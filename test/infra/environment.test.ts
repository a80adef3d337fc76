import { describe, expect, it } from '@jest/globals';
import { environment, readConfig } from '#shared/config.ts';
import { testVariables } from './variables.ts';

describe('the environment of a function', () => {
  it('holds every variable that the code reads, and no other', () => {
    expect(Object.keys(testVariables).sort()).toEqual(Object.values(environment).sort());
  });

  it('is one that the code can read', () => {
    const before = { ...process.env };
    Object.assign(process.env, testVariables);
    try {
      expect(readConfig()).toMatchObject({
        table: 'items',
        publicUrl: 'https://latchkey.example',
        streamingUrl: 'https://streaming.latchkey.example',
      });
    } finally {
      process.env = before;
    }
  });
});
