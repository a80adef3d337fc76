import { AppError, invalid } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import type { Pagination } from '../../protocols/pagination/definition.ts';
import { exactText } from '../../protocols/exact-json.ts';
import type { Page } from '../../protocols/pagination/judge.ts';
import { parameterIn, withParameter } from '../../protocols/pagination/paged-request.ts';
import { groundOf } from '../auths/credential.ts';
import { recentCredential } from '../auths/recent-credential.ts';
import { recentService } from '../services/current.ts';
import type { ProxyAnswer, ProxyCall } from './call.ts';
import { holdsCredential } from './material.ts';
import { onceLetIn } from './once-let-in.ts';
import { pageProblem, pageTurner, readPage, succeeded, type Paged } from './page-turner.ts';
import { readyCredential } from './ready.ts';
import { calledUrl, patienceOf, type Outgoing } from './send.ts';
import { wholeBody } from '../whole-body.ts';

/** They ask for a part or for what has changed, neither of which is the list; and pages are read as they are. */
const notOfPages = /^(?:accept-encoding|range|if-.*)$/i;

/** In bytes: it is held as long as the pages of a list are asked for. */
const sentWithEachPage = { largest: 1_048_576, why: 'The body of a call for a list is sent with each page.' };

/** The request for the first page. */
const prepared = async (outgoing: Outgoing, { pageSize }: Pagination): Promise<Paged> => {
  const headers = outgoing.headers.filter(([name]) => !notOfPages.test(name));
  const options = { ...outgoing.options, mostItems: undefined, decode: true };
  const request = { ...outgoing, headers, options, body: await wholeBody(outgoing.body, sentWithEachPage) };
  if (!pageSize || parameterIn(request, pageSize) !== undefined) return request;
  return withParameter(request, pageSize, pageSize.value);
};

interface LastLine {
  /** Whether these are all, or as many as were wanted. */
  readonly complete: boolean;
  readonly items: number;
  readonly pages: number;
  /** Whether the list goes on. */
  readonly more?: boolean;
  readonly error?: Pick<AppError, 'code' | 'message'>;
}

/** The one line that is no item. Without it the answer was cut off (ADR 0028). */
const lastLine = (latchkey: LastLine) => Buffer.from(`${JSON.stringify({ latchkey })}\n`);

/** The lines of the next page, `left` at the most; the page itself is let go of. */
const nextLines = async (turn: () => Promise<Page | undefined>, left: number) => {
  const { items, next } = (await turn()) ?? { items: [], next: undefined };
  const wanted = items.slice(0, left);
  const more = next !== undefined || items.length > left;
  return {
    lines: Buffer.from(wanted.map((item) => `${exactText(item)}\n`).join('')),
    count: wanted.length,
    more,
  };
};

interface Lines {
  readonly mostItems: number;
  readonly signal: AbortSignal | undefined;
}

/** What a reader is told: where the call was ended, why it was. */
const problemOf = (thrown: unknown, signal: AbortSignal | undefined): unknown =>
  signal?.aborted && signal.reason instanceof AppError ? signal.reason : pageProblem(thrown);

/** What a reader gets. An error of ours ends it with a last line that tells it; any other breaks it off. */
async function* itemLines(
  turn: () => Promise<Page | undefined>,
  { mostItems, signal }: Lines,
): AsyncGenerator<Uint8Array> {
  let items = 0;
  let pages = 0;
  try {
    for (let more = true; more;) {
      const page = await nextLines(turn, mostItems - items);
      items += page.count;
      pages += 1;
      if (page.count > 0) yield page.lines;
      more = page.more && items < mostItems;
      if (!more) yield lastLine({ complete: true, items, pages, more: page.more });
    }
  } catch (thrown) {
    const error = problemOf(thrown, signal);
    if (!(error instanceof AppError)) throw error;
    const { code, message } = error;
    yield lastLine({ complete: false, items, pages, error: { code, message } });
  }
}

const notDescribed = () =>
  invalid(
    'no_pagination',
    'The service does not say how its lists are cut into pages. Describe it under pagination, or ask for one page after the other.',
  );

/**
 * Calls a service for a list and answers with its items, all pages of it, one JSON value a line, and a last line that tells
 * whether these are all. Each page is a call of its own by `call`; one page at a time is held. An answer to the first call
 * that is no success goes back as it is. Rejects as `call` does, with 413, 422 `no_pagination`, and 502 when the first
 * answer is no page.
 */
export const allItems = async (
  deps: Deps,
  { actor, authId, mostItems, ...outgoing }: ProxyCall & { readonly mostItems: number },
  callOnce: (call: ProxyCall) => Promise<ProxyAnswer>,
): Promise<ProxyAnswer> => {
  const ground = async () => {
    const { organizationId, workspaceId } = actor;
    const auth = await recentCredential(deps, { organizationId, authId }, workspaceId);
    return { auth, service: await recentService(deps, auth) };
  };
  const { pagination } = (await ground()).service.definition;
  if (!pagination) throw notDescribed();
  const call = (request: Paged) => callOnce({ ...request, actor, authId });
  const readied = async () => {
    const { auth, service } = await ground();
    return { service, ready: await readyCredential(deps, auth, service) };
  };
  const urlOf = async (request: Paged) => calledUrl(deps, { ...(await readied()), outgoing: request });
  const holds = async (text: string) => {
    const { service, ready } = await readied();
    const { values } = ready.opened;
    return holdsCredential(service, groundOf(deps, { service, values, secrets: ready.secrets }))(text);
  };
  try {
    const request = await prepared(outgoing, pagination);
    const answer = await call(request);
    if (!succeeded(answer)) return answer;
    const page = await readPage(pagination, request, answer);
    const { signal } = outgoing;
    const patient = { milliseconds: patienceOf(outgoing), signal };
    // What has come of the list is lost to who begins anew: each further page waits for the limits of the service.
    const furtherCall = (further: Paged) => onceLetIn(deps, patient, () => call(further));
    const turn = pageTurner({ pagination, call: furtherCall, urlOf, holds }, { request, page });
    const headers = [['content-type', 'application/x-ndjson']] as const;
    const { auth, tries } = answer;
    return { status: 200, headers, auth, tries, body: itemLines(turn, { mostItems, signal }) };
  } catch (error) {
    throw pageProblem(error);
  }
};
