/** Whether an age is within 10 % of another. Seconds, whole, so that nothing is rounded. */
export const isNear = (age: number, other: number): boolean => Math.abs(age - other) * 10 <= other;

/** Whether an age is so far beyond another that what bears it was not ended there: more than 10 %. Seconds. */
export const isBeyond = (age: number, other: number): boolean => age > other && !isNear(age, other);
