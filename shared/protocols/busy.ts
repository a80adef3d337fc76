/** Statuses that say nothing of the grant, whatever the body says: asking again later may help. */
export const busyStatuses: readonly { readonly says: string; readonly because: string }[] = [
  { says: '408', because: 'RFC 9110 §15.5.9: the request did not come in time, so it was not done.' },
  { says: '409', because: 'RFC 9110 §15.5.10: another request is at work on the same thing.' },
  { says: '423', because: 'RFC 4918 §11.3: locked by somebody else for now.' },
  { says: '425', because: 'RFC 8470 §5.2: too early; the same request is welcome later.' },
  { says: '429', because: 'RFC 6585 §4: asked too often.' },
  {
    says: '5xx',
    because: 'RFC 9110 §15.6: the server failed; an outage looks so, and nobody has revoked anything.',
  },
];

/** Busy or broken. */
export const busy = (status: number): boolean =>
  status >= 500 || busyStatuses.some(({ says }) => says === String(status));
