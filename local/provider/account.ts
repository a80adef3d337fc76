import type { Account } from 'oidc-provider';

/** The one account that the demo provider knows. */
export const demoUser = { id: 'demo-user', email: 'demo@example.com', name: 'Demo account' } as const;

/** The claims of an account, or undefined for one that does not exist. Which of them are told is up to the scopes. */
export const findAccount = (_: unknown, id: string): Account | undefined =>
  id === demoUser.id
    ? {
        accountId: demoUser.id,
        claims: () => ({
          sub: demoUser.id,
          email: demoUser.email,
          email_verified: true,
          name: demoUser.name,
        }),
      }
    : undefined;
