import type { AllowList } from './addresses.ts';

/** Whose tokens of people are taken (JWT, RFC 7519), and where in them stands what. */
export interface TokenSettings {
  readonly issuer: string;
  /** Whom a token must be meant for: one of these. */
  readonly audience: readonly string[];
  /** Where the issuer's keys are; left out where its discovery document says so (OpenID Connect Discovery 1.0 §4). */
  readonly jwksUrl?: string | undefined;
  readonly userClaim: string;
  /** Left out where all are of the deployment's first organization. */
  readonly organizationClaim?: string | undefined;
  /** Left out where the roles are kept here. */
  readonly roleClaim?: string | undefined;
}

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
  /** Left out where server keys alone are taken. */
  readonly tokens?: TokenSettings | undefined;
  /** The origins of the web pages that may call; none when left out. */
  readonly corsOrigins?: readonly string[] | undefined;
}
