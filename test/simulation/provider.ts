import type { Plan } from './plan.ts';

/** Every token bears it, so that one that lies where it should not is seen. */
export const mark = 'hush';

/** How long an answer is under way at the most, in milliseconds. */
export const longestAnswer = 5_000;

export interface Grant {
  readonly id: number;
  readonly auth: number;
  alive: boolean;
  endedBy: 'person' | 'reuse' | undefined;
}

/** One use of a refresh token, as the provider and the vault have seen it. */
export interface TokenCall {
  readonly id: number;
  readonly process: string;
  readonly token: string;
  readonly sentAt: number;
  readonly attempt: string | undefined;
  readonly leaseUntil: number;
  ended: boolean;
  granted: boolean;
  /** Its answer came, and nobody can read it. */
  garbled: boolean;
  accessToken: string | undefined;
  /** When its answer lay in the vault. */
  keptAt: number | undefined;
}

interface RefreshToken {
  readonly grant: number;
  usedAt: number | undefined;
  readonly uses: number[];
}

interface ProviderState {
  readonly grants: Grant[];
  readonly refresh: Map<string, RefreshToken>;
  readonly access: Map<string, { readonly grant: number; readonly until: number }>;
  readonly calls: TokenCall[];
  count: number;
}

export const newProviderState = (): ProviderState => ({
  grants: [],
  refresh: new Map(),
  access: new Map(),
  calls: [],
  count: 0,
});

interface Answer {
  readonly status: number;
  readonly content: Readonly<Record<string, unknown>>;
}

const refusal: Answer = { status: 400, content: { error: 'invalid_grant' } };

/** What a person's consent gives: it names the auth, so that the grant's owner is known. */
export const codeFor = (auth: number): string => `code-${auth}`;

/** What a plan says of the provider. */
export type ProviderPlan = Pick<Plan, 'model' | 'lifeSeconds' | 'graceSeconds'>;

/** A provider's token endpoint: one model of rotation, and a memory of all that was asked. */
export const providerOf = ({ model, lifeSeconds, graceSeconds }: ProviderPlan, state: ProviderState) => {
  const grantOf = (token: string) => {
    const known = state.refresh.get(token);
    return known && state.grants[known.grant];
  };

  const issue = (grant: Grant, now: number, rotates: boolean): Answer => {
    state.count += 1;
    const access = `at-${state.count}-${mark}`;
    state.access.set(access, { grant: grant.id, until: now + lifeSeconds * 1000 });
    const refresh = `rt-${state.count}-${mark}`;
    if (rotates) state.refresh.set(refresh, { grant: grant.id, usedAt: undefined, uses: [] });
    const content = { access_token: access, token_type: 'Bearer', expires_in: lifeSeconds };
    return { status: 200, content: rotates ? { ...content, refresh_token: refresh } : content };
  };

  const renew = (call: TokenCall, now: number): Answer => {
    const token = state.refresh.get(call.token);
    const grant = grantOf(call.token);
    if (!token || !grant?.alive) return refusal;
    const reused = token.usedAt !== undefined && model !== 'non_rotating';
    if (reused && (model === 'strict' || now - token.usedAt! > graceSeconds * 1000)) {
      grant.alive = false;
      grant.endedBy = 'reuse';
      return refusal;
    }
    token.usedAt ??= now;
    token.uses.push(call.id);
    const answer = issue(grant, now, model !== 'non_rotating');
    call.granted = true;
    call.accessToken = String(answer.content['access_token']);
    return answer;
  };

  const exchange = (code: string, now: number): Answer => {
    const auth = Number(code.slice('code-'.length));
    const grant: Grant = { id: state.grants.length, auth, alive: true, endedBy: undefined };
    state.grants.push(grant);
    return issue(grant, now, true);
  };

  return {
    state,
    model,
    grantOf,
    usesOf: (token: string) => (state.refresh.get(token)?.uses ?? []).map((id) => state.calls[id]!),
    renew,
    exchange,
    grantOfAccess: (token: string) => {
      const known = state.access.get(token);
      return known && state.grants[known.grant];
    },
    /** Whether a service would take an access token. */
    takes: (token: string, now: number): boolean => {
      const known = state.access.get(token);
      return known !== undefined && known.until > now && state.grants[known.grant]!.alive;
    },
    /** A person takes back every permission of an account. */
    revoke: (auth: number) => {
      for (const grant of state.grants) {
        if (grant.auth !== auth || !grant.alive) continue;
        grant.alive = false;
        grant.endedBy = 'person';
      }
    },
  };
};

export type Provider = ReturnType<typeof providerOf>;
