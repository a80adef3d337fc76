import type { AllowList } from './addresses.ts';

/** What the deployer decides. */
export interface Settings {
  /** Where the product is reached from outside, without a slash at its end. */
  readonly publicUrl: string;
  /** Whether URLs of services and webhooks may be plain HTTP (local only). */
  readonly plainHttp: boolean;
  /** Where proxied calls are answered piece by piece, without a slash at the end; left out where all are, or none. */
  readonly streamingUrl?: string | undefined;
  /** What may be called although it is not public; nothing when left out. */
  readonly allow?: AllowList | undefined;
}
