const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;

type Write = typeof process.stdout.write;
type Put = (target: object, name: string, value: unknown) => () => void;

/** Puts something in the place of a method; what it answers puts the method back. */
const put: Put = (target, name, value) => {
  const before: unknown = Reflect.get(target, name);
  Reflect.set(target, name, value);
  return () => Reflect.set(target, name, before);
};

/** Takes all that the process prints until it is stopped. */
export const capturedOutput = () => {
  const printed: string[] = [];
  const write: Write = (chunk: Uint8Array | string, ...rest: unknown[]) => {
    printed.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    for (const callback of rest) if (typeof callback === 'function') (callback as () => void)();
    return true;
  };
  const print = (...values: unknown[]) => printed.push(values.map(String).join(' '));
  const undo = [
    ...[process.stdout, process.stderr].map((stream) => put(stream, 'write', write)),
    ...methods.map((method) => put(console, method, print)),
  ];
  return {
    text: () => printed.join('\n'),
    stop: () => {
      for (const back of undo.splice(0)) back();
    },
  };
};
