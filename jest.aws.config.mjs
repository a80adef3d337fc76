/** The adapters against an AWS that test/aws/run.ts starts; not a part of `npm test`, which needs nothing but Node. */
export default {
  displayName: 'aws',
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/support/transform.mjs' },
  testMatch: ['<rootDir>/test/aws/**/*.test.ts'],
  testTimeout: 60_000,
};
