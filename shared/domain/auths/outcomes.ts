import type { HttpFailure } from '../../ports.ts';
import type { ProviderAnswer } from '../../protocols/protocol.ts';

/**
 * What became of a call that no answer tells of. `unknown` counts only where a refresh token was spent: where nothing is,
 * asking again loses nothing, whatever became of the first call, and it is `transient`.
 */
interface LossRow {
  readonly says: string;
  readonly kind: 'transient' | 'unknown';
  readonly because: string;
}

type Reason = HttpFailure['reason'];

/** Failures of the connection by their reason, once bytes may have been sent. Before that, all are transient. */
export const brokenCalls: Readonly<Record<Reason, Pick<LossRow, 'kind' | 'because'>>> = {
  dns: { kind: 'unknown', because: 'No address is found before a connection, so it is transient as a rule.' },
  connect: {
    kind: 'unknown',
    because: 'Nothing is sent without a connection, so it is transient as a rule.',
  },
  tls: {
    kind: 'unknown',
    because: 'Nothing is sent before the handshake is done, so it is transient as a rule.',
  },
  timeout: { kind: 'unknown', because: 'The provider may have done it and be slow to say so.' },
  reset: { kind: 'unknown', because: 'The connection broke; the answer may have been on its way.' },
  aborted: { kind: 'unknown', because: 'We gave up; the provider may have done it.' },
  too_large: { kind: 'unknown', because: 'There was an answer of more than 1 MB, and nobody has read it.' },
};

/** Statuses of gateways that did not get the answer of the server behind them: what was sent may have been done. */
export const lostBehind: ReadonlyMap<ProviderAnswer['status'], string> = new Map([
  [502, 'RFC 9110 §15.6.3: a gateway got no sound answer.'],
  [504, 'RFC 9110 §15.6.5: a gateway got no answer in time.'],
  [520, 'A common gateway’s own: the server behind it answered something that it does not understand.'],
  [524, 'A common gateway’s own: the server behind it took the request and did not answer in time.'],
]);

/** All else that ends a try without a verdict. */
export const otherLosses: readonly LossRow[] = [
  {
    says: 'unreadable_answer, at 2xx',
    kind: 'unknown',
    because:
      'It was a success by its status and holds no token: an empty body, a page, JSON that was cut off.',
  },
  {
    says: 'answer_not_kept',
    kind: 'unknown',
    because:
      'The provider has answered and the vault did not take it: whoever comes next finds the answer in escrow.',
  },
  {
    says: 'request_refused',
    kind: 'transient',
    because:
      'The address is one that must not be called; nothing was sent. A name may resolve otherwise later.',
  },
  {
    says: 'unusable_request',
    kind: 'transient',
    because: 'The definition and the fields make no request; nothing was sent. An edit can mend it.',
  },
  {
    says: 'credential_unreadable',
    kind: 'transient',
    because: 'The vault did not answer; nothing was sent.',
  },
  { says: 'too_slow', kind: 'transient', because: 'Too little of the lease was left to send anything.' },
];

/** What a call that failed comes to, `spends` telling whether a refresh token went with it. */
export const kindOfFailure = ({ reason, sent }: Pick<HttpFailure, 'reason' | 'sent'>, spends: boolean) =>
  sent && spends ? brokenCalls[reason].kind : 'transient';

/** Whether an answer that may pass, by its status, may have come after the refresh token was spent. */
export const mayBeSpent = (status: ProviderAnswer['status']): boolean =>
  (status >= 200 && status < 300) || lostBehind.has(status);
