import * as z from 'zod';
import type { Route } from './route.ts';

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
};

const ErrorAnswer = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.array(z.object({ path: z.string(), message: z.string() })),
  }),
  requestId: z.string(),
});

const parameters = (schema: z.ZodType, place: 'path' | 'query') => {
  const { properties = {}, required = [] } = z
    .looseObject({
      properties: z.record(z.string(), z.unknown()).optional(),
      required: z.array(z.string()).optional(),
    })
    .parse(schemaOf(schema, 'input'));
  return Object.entries(properties).map(([name, described]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: described,
  }));
};

const types = { json: 'application/json', form: 'application/x-www-form-urlencoded', bytes: '*/*' } as const;
const produced = { json: 'application/json', html: 'text/html', any: '*/*' } as const;

const requestBody = ({ consumes, request, example, method }: Route) => {
  if (method === 'GET' || request.body instanceof z.ZodUndefined) return {};
  const schema = consumes === 'bytes' ? {} : schemaOf(request.body, 'input');
  const required = !request.body.safeParse(undefined).success;
  return { requestBody: { required, content: { [types[consumes]]: { schema, example } } } };
};

const operation = (noun: string, route: Route) => ({
  operationId: route.name,
  summary: route.summary,
  tags: [noun],
  security: route.needs === 'nobody' ? [] : [{ serverKey: [] }, { personToken: [] }],
  ...(route.needs !== 'nobody' && { 'x-permission': route.needs }),
  parameters: [...parameters(route.request.path, 'path'), ...parameters(route.request.query, 'query')],
  ...requestBody(route),
  responses: {
    [route.status]: {
      description: route.summary,
      ...(!(route.response instanceof z.ZodUndefined) && {
        content: { [produced[route.produces]]: { schema: schemaOf(route.response, 'input') } },
      }),
    },
    default: {
      description: 'What is wrong and what to do.',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
    },
  },
});

const methods = ['get', 'put', 'post', 'patch', 'delete', 'head', 'options'];

const operations = (noun: string, route: Route) =>
  route.method === 'ANY'
    ? methods.map((method) => [method, { ...operation(noun, route), operationId: `${route.name}_${method}` }])
    : [[route.method.toLowerCase(), operation(noun, route)]];

type Listed = readonly { readonly noun: string; readonly route: Route }[];

/** The OpenAPI 3.1 document of a list of routes. */
export const openApiDocument = (routes: Listed, publicUrl: string) => ({
  openapi: '3.1.0' as const,
  info: { title: 'Latchkey', version: '1', description: 'Third-party authentication for a platform.' },
  servers: [{ url: publicUrl }],
  paths: Object.fromEntries(
    Object.entries(Object.groupBy(routes, ({ route }) => route.path.replace('+}', '}'))).map(
      ([path, here = []]) => [
        path,
        Object.fromEntries(here.flatMap(({ noun, route }) => operations(noun, route))),
      ],
    ),
  ),
  components: {
    schemas: { Error: schemaOf(ErrorAnswer, 'output') },
    securitySchemes: {
      serverKey: {
        type: 'http',
        scheme: 'bearer',
        description: 'A server key: lk_…. From a backend alone, never from a browser.',
      },
      personToken: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description:
          'The token of a person, of the identity provider that this deployment is configured with.',
      },
    },
  },
});
