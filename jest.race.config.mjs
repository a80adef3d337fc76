/** Four processes on two cores, and a server that takes 45 s for an answer, so it is a run of its own. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/support/transform.mjs' },
  testMatch: ['<rootDir>/test/race/*.test.ts'],
  testTimeout: 30_000,
};
