/** How sure an end is. `stated`: a person said so. `learned`: other auths of the service ended at that age. */
export const confidences = ['provider', 'secondary', 'unverified', 'stated', 'learned'] as const;
export type Confidence = (typeof confidences)[number];
