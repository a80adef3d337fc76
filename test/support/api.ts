/** A request as a test writes it. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is no text is sent as JSON. */
  readonly body?: unknown;
  readonly cookies?: readonly string[];
  readonly base64?: boolean;
}

/** The event that API Gateway (HTTP API, payload format 2.0) makes of a request. */
const gatewayEvent = ({ method, path, query = '', headers = {}, body, cookies, base64 }: Sent) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: path,
  rawQueryString: query,
  headers: { 'content-type': 'application/json', ...headers },
  ...(cookies && { cookies }),
  ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  isBase64Encoded: base64 ?? false,
  requestContext: { requestId: 'request-1', http: { method, path, sourceIp: '203.0.113.7' } },
});

/** What a function answers to API Gateway. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
  /** Empty in an answer that tells of none, so that a test that expects one says what it found. */
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly details: readonly { path: string; message: string }[];
  };
}

type Handler = (event: unknown, context: never) => Promise<unknown>;

const context = { awsRequestId: 'request-1', functionName: 'test', getRemainingTimeInMillis: () => 30_000 };

const parse = (text: string): Readonly<Record<string, unknown>> => {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
};

const noError: Answered['error'] = { code: '', message: '', details: [] };

/** Calls a function as API Gateway does. */
export const call = async (handler: unknown, sent: Sent): Promise<Answered> => {
  const answer = (await (handler as Handler)(gatewayEvent(sent), context as never)) as {
    statusCode: number;
    headers: Record<string, string>;
    body: string;
    isBase64Encoded?: boolean;
  };
  const text = Buffer.from(answer.body, answer.isBase64Encoded ? 'base64' : 'utf8').toString();
  const json = parse(text);
  const error = (json['error'] ?? noError) as Answered['error'];
  return { status: answer.statusCode, headers: answer.headers, text, json, error };
};

/** Calls a reaction as SQS does with what EventBridge has put there; answers how many messages failed. */
export const react = async (
  handler: unknown,
  events: readonly { readonly id: string }[],
): Promise<number> => {
  const Records = events.map((event) => ({
    messageId: event.id,
    body: JSON.stringify({ source: 'latchkey', detail: event }),
  }));
  const answer = (await (handler as Handler)({ Records }, context as never)) as {
    batchItemFailures: unknown[];
  };
  return answer.batchItemFailures.length;
};
