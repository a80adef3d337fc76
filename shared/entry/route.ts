import * as z from 'zod';
import type { Permission } from '../permissions.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'ANY';

interface RouteRequest {
  readonly path?: z.ZodType<Record<string, string>>;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
}

/** A route as a value: API Gateway, validation, authorization, the local gateway and the OpenAPI document are made from it. */
export interface Route<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  R extends z.ZodType = z.ZodType,
> {
  readonly name: string;
  readonly method: Method;
  /** API Gateway's notation: `{auth}` is one segment, `{path+}` all that follow. */
  readonly path: string;
  readonly summary: string;
  /** The permission that the caller needs; `nobody` for pages and documents that anyone may open. */
  readonly needs: Permission | 'nobody';
  /** `json` values, `html` pages for a person, or `any` bytes of somebody else. */
  readonly produces: 'json' | 'html' | 'any';
  /** Whether the body is read as JSON, as a form, or left alone. */
  readonly consumes: 'json' | 'form' | 'bytes';
  /** How many values a JSON body may hold, all lists and objects together. */
  readonly mostValues: number;
  readonly status: number;
  /** Whether the answer shows a secret, which nobody on its way may keep (RFC 9111 §5.2.2.5). */
  readonly holdsSecret: boolean;
  /**
   * What of its calls stands in the history: `each` of them, the `use` of a credential counted by the hour and each refusal, or
   * `none`.
   */
  readonly history: 'each' | 'use' | 'none';
  readonly request: { readonly path: P; readonly query: Q; readonly body: B };
  readonly response: R;
  /** A body that works, shown in the OpenAPI document and sent by the tests. */
  readonly example: unknown;
}

interface RouteInput extends Partial<
  Pick<Route, 'needs' | 'produces' | 'consumes' | 'mostValues' | 'status' | 'holdsSecret' | 'history'>
> {
  readonly name: string;
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  readonly request?: RouteRequest;
  readonly response?: z.ZodType;
  readonly example?: unknown;
}

const nothing = z.strictObject({});
type Nothing = typeof nothing;
type Part<I extends RouteInput, K extends keyof RouteRequest, D extends z.ZodType> = I extends {
  request: Record<K, infer S extends z.ZodType>;
}
  ? S
  : D;
type ResponseOf<I extends RouteInput> = I extends { response: infer S extends z.ZodType }
  ? S
  : z.ZodUndefined;

/**
 * Defines a route. Left out: `needs` nobody, `produces` json, `consumes` json, `mostValues` 5,000, `status` 200,
 * `holdsSecret` false, no parameters, no query, no body, no response; `history` each, but none where it reads and shows no secret
 * or nobody has to say who calls.
 */
export function route<const I extends RouteInput>(
  input: I,
): Route<Part<I, 'path', Nothing>, Part<I, 'query', Nothing>, Part<I, 'body', z.ZodUndefined>, ResponseOf<I>>;
export function route(input: RouteInput): Route {
  const { method, needs = 'nobody', holdsSecret = false } = input;
  const reads = method === 'GET' && !holdsSecret;
  return {
    needs: 'nobody',
    produces: 'json',
    consumes: 'json',
    mostValues: 5_000,
    status: 200,
    holdsSecret: false,
    history: reads || needs === 'nobody' ? 'none' : 'each',
    example: undefined,
    ...input,
    request: { path: nothing, query: nothing, body: z.undefined(), ...input.request },
    response: input.response ?? z.undefined(),
  };
}
