/** Which redirects of a service are followed. */
interface Redirects {
  /** How many in turn at the most. */
  readonly most: number;
  /** Whether method and body stay, also where 301, 302 and 303 would make it a GET (RFC 9110 §15.4). */
  readonly keepMethod: boolean;
  /** Whether the credential goes along to another host that the service lists; without it, to the same origin alone. */
  readonly keepAuthorization: boolean;
}

/** How a caller wants a call to be made. What is left out is as the service says and, where it says nothing, off. */
export interface CallOptions {
  /** From sending to the last header of the answer, all tries together. */
  readonly timeoutMilliseconds?: number | undefined;
  /** How often the call is sent again at the most when that may help. */
  readonly retries?: number | undefined;
  readonly redirects?: Redirects | undefined;
  /** Whether a compressed answer is unpacked on its way. */
  readonly decode?: boolean | undefined;
  /** All items of all pages are wanted, one JSON value a line, so many at the most. */
  readonly mostItems?: number | undefined;
}
