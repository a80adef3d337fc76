import * as z from 'zod';

/** An answer as it came, its JSON parsed where it is JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A caller of the API with a server key. */
export const apiClient = (baseUrl: string, key: string) => {
  const call = async (method: string, path: string, { body, headers }: CallOptions = {}): Promise<Answer> => {
    const response = await fetch(baseUrl + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: parse(await response.text()) };
  };

  /** The same for a call that must succeed: rejects with the sentence of the error, else answers what `schema` reads. */
  const expect = async <T extends z.ZodType>(
    schema: T,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<z.output<T>> => {
    const answer = await call(method, path, { body });
    if (answer.status >= 200 && answer.status < 300) return schema.parse(answer.body);
    const error = z.object({ error: z.object({ message: z.string(), details: z.array(z.unknown()) }) });
    const told = error.safeParse(answer.body).data?.error;
    throw new Error(
      `${method} ${path} answered ${answer.status}: ${told?.message ?? 'no reason'} ${JSON.stringify(told?.details ?? [])}`,
    );
  };
  return { call, expect };
};

export type ApiClient = ReturnType<typeof apiClient>;
