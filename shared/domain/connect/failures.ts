import type { SessionFailure } from './session.ts';

export const stateExpired: SessionFailure = {
  code: 'state_expired',
  message: 'More than ten minutes went by on the page of the provider. Nothing was connected; start again.',
};

export const interrupted: SessionFailure = {
  code: 'interrupted',
  message:
    'It could not be finished because a part of the way was out of order. Nothing was connected; start again.',
};

export const unreadableAnswer: SessionFailure = {
  code: 'unreadable_answer',
  message:
    'The provider said yes, but its answer holds no access token. Whoever defined the service should check tokenResponse.',
};

export const deletedMeanwhile: SessionFailure = {
  code: 'auth_deleted',
  message: 'The auth was deleted meanwhile. Nothing was connected; start again to make a new one.',
};

export const serviceDeleted: SessionFailure = {
  code: 'service_deleted',
  message:
    'The service, or this environment of it, was deleted meanwhile. Nothing was connected; ask whoever gave you the link.',
};

/** A callback that cannot be one of the provider's: nobody is to go on from it. */
export const malformedCallback = (code: string): SessionFailure => ({
  code: 'malformed_callback',
  message: `What came back from the provider is not as it should be (${code}). Nothing was connected; start again.`,
});

/** The provider's own code, and what it means to the person. */
export const refused = (code: string): SessionFailure => ({
  code,
  message:
    code === 'access_denied'
      ? 'The permission was not given. Nothing was connected; start again to give it.'
      : `The provider refused (${code}). Nothing was connected; start again, and tell whoever defined the service if it happens again.`,
});
