import { AppError } from '../errors.ts';

/** Bytes. Lambda answers 6 MB at the most, and base 64 makes three bytes of a body four. */
export const largestAnswer = 4_400_000;

/** Milliseconds. An HTTP API waits for 30 seconds; the rest is for the way back. */
export const longestAnswer = 28_500;

/** Milliseconds that a function needs to end an answer in order before Lambda ends the function. */
export const lastWord = 2_000;

const instead = (streamingUrl: string | undefined): string =>
  streamingUrl === undefined
    ? 'Send the same call to the streaming URL of the deployment.'
    : `Send the same call to ${streamingUrl}, where answers stream.`;

/** The answer does not pass in one piece. */
export const answerTooLarge = (streamingUrl: string | undefined): AppError =>
  new AppError(
    413,
    'answer_too_large',
    `The answer of the service is larger than the 6 MB that Lambda hands on in one piece (4.4 MB before base 64). ${instead(streamingUrl)}`,
  );

/** The service takes longer than the API waits. */
export const answerTooLate = (streamingUrl: string | undefined): AppError =>
  new AppError(
    504,
    'upstream_timeout',
    `The service did not end its answer within the 30 seconds that the API waits. ${instead(streamingUrl)}`,
  );

/** The service takes longer than a function runs. */
export const streamTooLate = (): AppError =>
  new AppError(
    504,
    'upstream_timeout',
    'The service did not answer within the 15 minutes that a function of Lambda runs.',
  );
