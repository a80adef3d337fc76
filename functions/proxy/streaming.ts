import { serveStream } from '#shared/entry/serve.ts';
import { proxyCall, proxyCallBase } from './call.ts';

export const handler = serveStream(proxyCall, proxyCallBase);
