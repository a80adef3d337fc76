import { type CookieJar, cookieJar } from './cookies.ts';
import { type Form, formsOf, titleOf } from './forms.ts';

export interface ConsentWalk {
  /** Where the person would begin: Latchkey's connect link, or the provider's authorization URL. */
  readonly url: string;
  readonly decision: 'allow' | 'deny';
  /** Whether to go to the callback as well, as a browser would, with the cookies of the walk. */
  readonly follow?: boolean;
  /** The cookies of a browser that was here before; a fresh browser without it. */
  readonly jar?: CookieJar;
}

export interface WalkedConsent {
  /** Where the provider sent the browser: `…/oauth/callback?code=…` or `?error=…`. */
  readonly callbackUrl: string;
  /** The `Cookie` field that a browser would send there; empty when it has none. */
  readonly cookie: string;
  /** What the callback answered; only with `follow`. */
  readonly answer?: { readonly status: number; readonly location: string | undefined; readonly body: string };
}

interface Step {
  readonly method: string;
  readonly url: URL;
  readonly body?: string | undefined;
  readonly from?: string | undefined;
}

const mostHops = 20;
const callbackPath = '/oauth/callback';

// Paths and queries hold links and codes that are secrets, so sentences name origins alone.
const request = async (jar: CookieJar, { method, url, body, from }: Step): Promise<Response> => {
  const headers = new Headers({ accept: 'text/html' });
  const cookie = jar.header(url);
  if (cookie !== '') headers.set('cookie', cookie);
  if (body !== undefined) headers.set('content-type', 'application/x-www-form-urlencoded');
  if (method !== 'GET' && from !== undefined) headers.set('origin', from);
  const init = { method, headers, redirect: 'manual' as const, ...(body === undefined ? {} : { body }) };
  const response = await fetch(url.href, init).catch((cause: unknown) => {
    throw new Error(`Nobody answers at ${url.origin}.`, { cause });
  });
  jar.take(url, response.headers.getSetCookie());
  return response;
};

const redirected = (step: Step, response: Response): Step => {
  const location = response.headers.get('location');
  const { origin } = step.url;
  if (location === null || !URL.canParse(location, step.url.href))
    throw new Error(`${origin} answered ${response.status} without saying where to go.`);
  const url = new URL(location, step.url);
  const again = response.status === 307 || response.status === 308;
  return again ? { ...step, url, from: origin } : { method: 'GET', url, from: origin };
};

const choose = (forms: readonly Form[], decision: string): Form | undefined =>
  forms.find((form) => form.buttons.includes(decision)) ?? (forms.length === 1 ? forms[0] : undefined);

const encoded = ({ fields }: Form) => {
  const body = new URLSearchParams();
  for (const [name, value] of fields) body.append(name, value);
  return body.toString();
};

const submitted = (page: URL, form: Form): Step => {
  const [missing] = form.missing;
  if (missing !== undefined)
    throw new Error(`The page of ${page.origin} asks for "${missing}", which only a person can fill in.`);
  const url = new URL(form.action, page);
  const body = encoded(form);
  if (form.method === 'POST') return { method: 'POST', url, body, from: page.origin };
  url.search = body;
  return { method: 'GET', url, from: page.origin };
};

const next = async (step: Step, response: Response, decision: string): Promise<Step> => {
  if (response.status >= 300 && response.status < 400) return redirected(step, response);
  const html = await response.text();
  const form = response.ok ? choose(formsOf(html), decision) : undefined;
  if (form !== undefined) return submitted(step.url, form);
  const title = titleOf(html);
  const called = title === undefined ? '' : ` (“${title}”)`;
  throw new Error(`${step.url.origin} answered ${response.status}${called}, with no form to ${decision} by.`);
};

const arrived = async (jar: CookieJar, step: Step, follow: boolean): Promise<WalkedConsent> => {
  const reached = { callbackUrl: step.url.href, cookie: jar.header(step.url) };
  if (!follow) return reached;
  const response = await request(jar, step);
  const location = response.headers.get('location') ?? undefined;
  return { ...reached, answer: { status: response.status, location, body: await response.text() } };
};

/**
 * Walks a consent as a browser would, with cookies and without scripts, from any URL to the client's callback, and
 * answers with the callback's URL, which is not requested unless `follow` is set. On each page it presses the button
 * named by the decision, or sends the only form. Rejects with a sentence when the way ends elsewhere or passes 20 hops.
 */
export const walkConsent = async (walk: ConsentWalk): Promise<WalkedConsent> => {
  const { url, decision, follow = false, jar = cookieJar() } = walk;
  let step: Step = { method: 'GET', url: new URL(url) };
  for (let hop = 0; hop <= mostHops; hop += 1) {
    if (step.url.pathname === callbackPath) return arrived(jar, step, follow);
    if (hop < mostHops) step = await next(step, await request(jar, step), decision);
  }
  throw new Error(
    `The consent did not come to ${callbackPath} within ${mostHops} requests; it stands at ${step.url.origin}.`,
  );
};
