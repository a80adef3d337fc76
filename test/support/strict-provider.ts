import type { ManualClock } from '#shared/memory/clock.ts';
import type { Http, IncomingResponse, OutgoingRequest } from '#shared/ports.ts';
import { jsonAnswer } from './watched.ts';

/** How a provider behaves while it is out: what comes of a call. Undefined: it answers this one as if all were well. */
export type Outage = (clock: ManualClock) => Promise<IncomingResponse | undefined>;

/** The way to the provider and back. Milliseconds. */
const latency = 300;

const lifeSeconds = 3600;

interface Grant {
  readonly name: string;
  uses: number;
  alive: boolean;
  accessEnds: number;
}

const formOf = ({ body }: OutgoingRequest) =>
  new URLSearchParams(Buffer.from((body ?? '') as string | Uint8Array).toString());

/**
 * A provider that takes a refresh token once and ends the whole grant when one comes again. It can be out; whatever came
 * in the meantime it has not done.
 */
export const strictProvider = (clock: ManualClock) => {
  const grants = new Map<string, Grant>();
  const calls: number[] = [];
  let outage: Outage | undefined;

  const refreshTokenOf = ({ name, uses }: Grant) => `refresh/${name}/${uses}`;
  const accessTokenOf = ({ name, uses }: Grant) => `access/${name}/${uses}`;

  const tokensOf = (grant: Grant) => {
    grant.accessEnds = clock.now() + lifeSeconds * 1000;
    return {
      access_token: accessTokenOf(grant),
      refresh_token: refreshTokenOf(grant),
      token_type: 'Bearer',
      expires_in: lifeSeconds,
    };
  };

  /** A person has said yes. */
  const consent = (name: string) => {
    const grant = { name, uses: 0, alive: true, accessEnds: 0 };
    grants.set(name, grant);
    return tokensOf(grant);
  };

  const granted = (form: URLSearchParams): IncomingResponse => {
    if (form.get('grant_type') !== 'refresh_token')
      return jsonAnswer(200, consent(`code-${String(grants.size)}`));
    const token = form.get('refresh_token') ?? '';
    const grant = grants.get(token.split('/')[1] ?? '');
    if (grant && token !== refreshTokenOf(grant)) grant.alive = false;
    if (!grant?.alive) return jsonAnswer(400, { error: 'invalid_grant' });
    grant.uses += 1;
    return jsonAnswer(200, tokensOf(grant));
  };

  const http: Http = {
    send: async (request) => {
      calls.push(clock.now());
      const lost = await outage?.(clock);
      if (lost) return lost;
      await clock.sleep(latency);
      return granted(formOf(request));
    },
  };

  return {
    http,
    consent,
    /** When each call of the token endpoint was made. */
    calls,
    goesDown: (how: Outage) => {
      outage = how;
    },
    isBack: () => {
      outage = undefined;
    },
    /** Whether the API would take an access token now. */
    takes: (accessToken: string): boolean => {
      const grant = grants.get(accessToken.split('/')[1] ?? '');
      return grant?.alive === true && accessToken === accessTokenOf(grant) && clock.now() < grant.accessEnds;
    },
  };
};
