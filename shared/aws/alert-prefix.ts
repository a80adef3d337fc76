/** How the names of all topics and buses begin that the deployment may tell. */
export const alertPrefix = (prefix: string): string => `${prefix}-alerts-`;
