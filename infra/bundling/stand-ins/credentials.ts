/**
 * Stands in for the package `@aws-sdk/credential-provider-node`, which looks for credentials in profiles, single sign-on and
 * metadata services: Lambda gives a function those of its role in environment variables. Rejects where there are none.
 */
export const defaultProvider = () => () => {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  return accessKeyId === undefined || secretAccessKey === undefined
    ? Promise.reject(new Error('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set.'))
    : Promise.resolve({ accessKeyId, secretAccessKey, sessionToken });
};
