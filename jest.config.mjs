const base = {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/temporary-folder.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/support/transform.mjs' },
};

/** Loading CDK takes seconds, so the stacks' tests are a project of their own; the same holds for whole products started. */
export default {
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/{attacks,shared,functions,contract,local}/**/*.test.ts'],
    },
    { ...base, displayName: 'infra', testMatch: ['<rootDir>/test/infra/**/*.test.ts'] },
    { ...base, displayName: 'way', testMatch: ['<rootDir>/test/{*,types/*}.test.ts'] },
  ],
  testTimeout: 30_000,
  // Much of the time goes into processes that the tests start, so no core is held back.
  maxWorkers: '100%',
};
