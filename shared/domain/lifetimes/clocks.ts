/** What ends an auth at a time that can be told before: the clocks of its service's lifetime, the provider's own word, its test status. */
export const clocks = ['consent', 'idle', 'absolute', 'announced', 'demo', 'learned'] as const;
export type Clock = (typeof clocks)[number];
