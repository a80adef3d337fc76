import type { OAuth2Definition } from './definition.ts';

/** The names of the secrets that a way to authenticate needs. */
export const neededSecrets = ({ clientAuthentication: way }: OAuth2Definition): readonly string[] => {
  if (way === 'none') return [];
  return way === 'private_key_jwt' ? ['privateKey'] : ['clientSecret'];
};
