import { Logger } from '@aws-lambda-powertools/logger';

const logger = new Logger({ serviceName: 'latchkey' });

interface Trace {
  readonly name: string;
  readonly frames: readonly string[];
  readonly cause?: Trace;
}

/** What of an error may be logged: its name and where it came from. Its message may hold what was parsed, such as a token. */
export const trace = (error: unknown): Trace => {
  if (!(error instanceof Error)) return { name: typeof error, frames: [] };
  const { name, message, stack = '' } = error;
  // The message stands before the frames, and a line of it may look like one.
  const below = stack.slice(Math.max(0, stack.indexOf(message)) + message.length);
  const frames = below.split('\n').filter((line) => /^\s+at /.test(line));
  const shown = { name, frames: frames.slice(0, 8).map((line) => line.trim()) };
  return error.cause === undefined ? shown : { ...shown, cause: trace(error.cause) };
};

type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Says what happened, in fields of plain values; never a whole event, request or error. */
export const log = {
  info: (message: string, fields: Fields): void => logger.info(message, { ...fields }),
  error: (message: string, fields: Fields, error: unknown): void =>
    logger.error(message, { ...fields, trace: { ...trace(error) } }),
};

/** Leaves out what is only information: locally a person reads along. */
export const quieten = (): void => {
  logger.setLogLevel('WARN');
};
