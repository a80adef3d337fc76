import type { AllowList } from '#shared/addresses.ts';
import { EgressRefused } from '#shared/ports.ts';

/** Where a call goes to, as its URL says; no name has been resolved yet. */
export interface Target {
  readonly url: URL;
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** The deployer named this very host and port, so its addresses are not judged. */
  readonly trusted: boolean;
}

interface TargetRules {
  readonly allow: AllowList;
  readonly plainHttp: boolean;
}

/** Reads the URL of a call. Throws `EgressRefused` for one that may not be called; its message holds the host at most. */
export const parseTarget = (text: string, { allow, plainHttp }: TargetRules): Target => {
  const url = URL.parse(text);
  if (url === null) throw new EgressRefused('The URL to call cannot be read.');
  const secure = url.protocol === 'https:';
  if (!secure && url.protocol !== 'http:') throw new EgressRefused('Only http and https URLs can be called.');
  if (url.username !== '' || url.password !== '') {
    throw new EgressRefused(`The URL of ${url.hostname} holds a user name or a password.`);
  }
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  const trusted = allow.hasHost(url.hostname, port);
  if (!secure && !plainHttp && !trusted)
    throw new EgressRefused(`${url.hostname} can be called over https only.`);
  return { url, host: url.hostname.replace(/^\[|\]$/g, ''), port, secure, trusted };
};
