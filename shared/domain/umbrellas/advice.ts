import type { Umbrella } from './umbrella.ts';

/** Where a person sees to the provider's approval: its console, else its support. */
export const linkOf = ({
  consoleUrl,
  supportUrl,
}: Pick<Umbrella, 'consoleUrl' | 'supportUrl'>): string | null => consoleUrl ?? supportUrl ?? null;

/** What to do once the provider's approval is as it was just recorded (R44, R45). */
export const adviceOnStatus: Readonly<Record<Umbrella['verification']['status'], string>> = {
  unknown:
    'Nobody knows whether the provider has verified the application: its auths may end early. Look in its console and record what it says.',
  demo: 'Its auths may end early. Have the application verified, then ask the people to connect again.',
  in_review: 'Its auths may end early until the provider has decided. Record its answer when it comes.',
  verified:
    'Auths made from now on have no early end. Those made before keep theirs until the person connects again: ask these people to.',
  rejected:
    'Its auths may end early. Repair what the provider has objected to and send the application in again.',
};
