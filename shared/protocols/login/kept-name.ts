/** Under which name later steps know what a step kept. */
export const keptName = (name: string) => `kept.${name}`;
