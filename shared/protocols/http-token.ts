/** What methods and names of headers are made of (RFC 9110 §5.6.2). */
export const httpToken = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;

/** As in the Fetch standard: a tunnel is no call, and an answer to TRACE would show the credential that was put on. */
const neverSent = /^(?:connect|trace|track)$/i;

/** Whether a request can be sent with this method. */
export const sendableMethod = (method: string): boolean => httpToken.test(method) && !neverSent.test(method);
