import { bareIdPattern, tokenPattern } from '../../ids.ts';

/** A member that bears a credential, as far as its name tells. Tokens that only turn pages do not. */
const credentialName =
  /^(?:.*[-_])?(?:token|secret|passw(?:or)?d|passphrase|pwd|(?:api|app|access|auth|private|secret|subscription)[-_]?key|signature|credential|authorization|jwt)$|^(?:access|api|auth|refresh|id|session|bearer)token$|^(?:client|consumer|token|webhook|signing)secret$|^(?:set-)?cookie2?$|^client_assertion$/i;
const ofPages = /^(?:next|page|next[-_]?page|continuation|sync|start|resume)[-_]?token$/i;

const isCredentialName = (name: string): boolean => credentialName.test(name) && !ofPages.test(name);

const placeholder = /\{\{[^{}]{0,200}\}\}|\$\{[^{}]{0,200}\}/g;

/** What is left of a text whose values are filled in elsewhere holds no secret, unless there is much of it. */
const isPlain = (text: string): boolean => {
  const rest = text.replace(placeholder, '');
  return rest === text
    ? text.trim() === ''
    : !/[\w+/=~.-]{8,}/.test(rest.replace(/^\s*(?:bearer|basic)\b/i, ''));
};

/** Whether a member of this name and text holds a credential. */
export const isCredentialMember = (name: string, text: string): boolean =>
  isCredentialName(name) && !isPlain(text);

const shapes: readonly RegExp[] = [
  // A key, a link or a signing secret of Latchkey's own.
  new RegExp(`(?<![\\da-z])${tokenPattern}(?![\\da-z])`),
  /whsec_[\w+/=-]{8,}/,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/,
  // A JSON Web Token (RFC 7519).
  /(?<![\w-])eyJ[\w-]{10,}\.eyJ[\w-]{10,}/,
  /\b(?:bearer|basic)\s{1,4}[\w+/=~.-]{8,}/i,
  // A password in a URL (RFC 3986 §3.2.1).
  /:\/\/[^\s/?#@:{}]{0,300}:[^\s/?#@{}]{1,300}@/,
];

const parameter = /[?&]([^=&?#\s]{1,60})=([^&#\s]{1,4000})/g;

/** Whether a text looks like a credential, or holds one, whatever it is called. */
export const holdsCredential = (text: string): boolean =>
  shapes.some((shape) => shape.test(text)) ||
  [...text.matchAll(parameter)].some(([, name = '', value = '']) => isCredentialMember(name, value));

/** The ids of auths inside a text. */
export const authIds = (): RegExp => new RegExp(`auth_${bareIdPattern}`, 'g');
