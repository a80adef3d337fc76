import { AppError } from '../errors.ts';
import type { ArrivingCall } from './http.ts';
import type { Route } from './route.ts';

const source = (path: string): string =>
  path
    .split('/')
    .map((segment) => {
      const name = /^\{(\w+)\+?\}$/.exec(segment)?.[1];
      if (name === undefined) return RegExp.escape(segment);
      return segment.endsWith('+}') ? `(?<${name}>.*)` : `(?<${name}>[^/]+)`;
    })
    .join('/');

const decode = (name: string, value: string): string => {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new AppError(
      400,
      'invalid_request',
      'The path of the request is not as it should be; see the details.',
      {
        details: [{ path: `path.${name}`, message: 'Expected percent-encoded UTF-8 (RFC 3986 §2.1).' }],
      },
    );
  }
};

/** How a route knows its calls. The rest of a path (`{path+}`) stays as it was sent. */
export const matcher = (route: Pick<Route, 'method' | 'path'>) => {
  const pattern = new RegExp(`^${source(route.path)}$`);
  const raw = /\{(\w+)\+\}/.exec(route.path)?.[1];
  return {
    path: (call: Pick<ArrivingCall, 'path'>) => pattern.test(call.path),
    method: (call: Pick<ArrivingCall, 'method'>) => route.method === 'ANY' || route.method === call.method,
    parameters: (call: Pick<ArrivingCall, 'path'>): Record<string, string> =>
      Object.fromEntries(
        Object.entries(pattern.exec(call.path)?.groups ?? {}).map(([name, value]) => [
          name,
          name === raw ? value : decode(name, value),
        ]),
      ),
  };
};
