import { serveStream } from '#shared/entry/serve.ts';
import { proxyCalls } from './call.ts';
import { streamingLimit } from './time-limit.ts';

export const handler = serveStream(...proxyCalls(streamingLimit));
