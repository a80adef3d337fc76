import { family, isPublic } from '../../addresses.ts';
import type { Deps } from '../../ports.ts';

/** What a name that ends so leads to, on every machine (RFC 6761 §6.3). */
const loopback = ['127.0.0.1', '::1'] as const;

const isLocalhost = (host: string): boolean => /(^|\.)localhost\.?$/.test(host);

/** The addresses that a host has without any name being looked up. */
const addressesOf = (host: string): readonly string[] => {
  if (isLocalhost(host)) return loopback;
  return family(host) === undefined ? [] : [host];
};

/**
 * What is wrong with the URL of a webhook, as a sentence; undefined when nothing is. Looks no name up: the guard of the way
 * out judges what a name leads to, each time that it is called.
 */
export const webhookProblem = (
  { plainHttp, allow }: Deps['settings'],
  webhook: string,
): string | undefined => {
  const url = new URL(webhook);
  const secure = url.protocol === 'https:';
  if (!secure && !plainHttp) return 'Expected https://.';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  if (allow?.hasHost(url.hostname, port)) return undefined;
  const addresses = addressesOf(url.hostname.replace(/^\[|\]$/g, ''));
  if (addresses.every((address) => isPublic(address) || allow?.hasAddress(address))) return undefined;
  return 'Expected a public host: Latchkey calls no private, local or reserved address unless the deployment allows it.';
};
