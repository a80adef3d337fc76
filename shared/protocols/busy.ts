/** Busy or broken, whatever the body says; asking again later may help (RFC 9110 §15.5 and §15.6, RFC 6585 §4). */
export const busy = (status: number): boolean => [408, 409, 423, 425, 429].includes(status) || status >= 500;
