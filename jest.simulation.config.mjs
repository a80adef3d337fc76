/** The simulation takes a minute of both cores, so it is a run of its own. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/support/transform.mjs' },
  testMatch: ['<rootDir>/test/simulation/*.test.ts'],
  testTimeout: 30_000,
  // The seeds are spread over the cores by the test itself.
  maxWorkers: 1,
};
