/** What names of headers hold that bear a credential. */
const inHeader =
  /authorization|^cookie2?$|token|secret|passw|signature|credential|session|api[-_]?key|(?:^|[-_])key$|^x-auth/i;
const otherKeys = /idempotency|partition|surrogate|cache|routing|websocket/i;

/** Whether a header of this name bears a credential, as far as its name tells. */
export const isCredentialHeader = (name: string): boolean => inHeader.test(name) && !otherKeys.test(name);

const inParameter =
  /^(?:.*[-_])?(?:token|secret|passw(?:or)?d|passphrase|pwd|(?:api|app|access|auth|private|secret|subscription)[-_]?key|signature|sig|credential|authorization|jwt)$|^(?:access|api|auth|refresh|id|session|bearer)token$|^(?:clientsecret|client_assertion|hapikey)$/i;
const ofPages = /^(?:next|page|next[-_]?page|continuation|sync|start|resume)[-_]?token$/i;

/** The same for a parameter of a query or a form. */
export const isCredentialParameter = (name: string): boolean => inParameter.test(name) && !ofPages.test(name);
