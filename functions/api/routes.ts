import * as z from 'zod';
import { route } from '#shared/entry/route.ts';

export const document = route({
  name: 'getApiDocument',
  method: 'GET',
  path: '/openapi.json',
  summary: 'This API as an OpenAPI 3.1 document.',
  response: z.looseObject({ openapi: z.literal('3.1.0') }),
});

export const health = route({
  name: 'getHealth',
  method: 'GET',
  path: '/health',
  summary: 'Answers while the API does.',
  response: z.object({ status: z.literal('ok') }),
});
