import type * as Http from 'node:http';

const http: typeof Http = process.getBuiltinModule('node:http');

/**
 * Stands in for `node:http`: to bind all of its exports, as a static import does, Node loads its WebSocket and with it all of
 * undici, a tenth of the time of a start.
 */
export const { Agent, STATUS_CODES, request, validateHeaderName, validateHeaderValue } = http;
