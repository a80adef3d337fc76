import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { readonly type: 'minor' }) => void;

const isCollect = (value: unknown): value is Collect => typeof value === 'function';

/** V8's own way to collect what is young, taken once; undefined where the platform has none. */
const find = (): Collect | undefined => {
  setFlagsFromString('--expose-gc');
  const found: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  return isCollect(found) ? found : undefined;
};

const most = 2 * 1_048_576;
let collect: Collect | undefined;
let passed = 0;

/**
 * Counts bytes that passed, and has young garbage collected after every 2 MB. Node makes a buffer of each piece, outside of V8's
 * heap, and V8 alone lets 64 MB of them pile up before it looks (ADR 0026).
 */
export const bytesPassed = (bytes: number): void => {
  passed += bytes;
  if (passed < most) return;
  passed = 0;
  collect ??= find();
  collect?.({ type: 'minor' });
};
