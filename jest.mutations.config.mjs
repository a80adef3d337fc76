/** The mistakes put back, one after the other: each test runs other tests on a copy of the source, so it is a run of its own. */
export default {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/temporary-folder.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/support/transform.mjs' },
  testMatch: ['<rootDir>/test/mutations/*.test.ts'],
  // Each starts a Jest of its own, on one core.
  maxConcurrency: 2,
  maxWorkers: 1,
  testTimeout: 600_000,
};
