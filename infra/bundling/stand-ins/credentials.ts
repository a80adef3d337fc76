import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in for the package `@aws-sdk/credential-provider-node`, which looks for credentials in profiles, single sign-on and
 * metadata services: Lambda gives a function those of its role in environment variables.
 */
export const defaultProvider = fromEnv;
