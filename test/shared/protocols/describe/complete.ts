import type { Missing } from '#shared/protocols/describe/draft.ts';

/** What a caller gives for what a draft lacks. */
const answers: Record<string, unknown> = {
  name: 'Imported',
  baseUrl: 'https://api.acme.example/v1',
  'auth.clientId': 'client',
  'auth.clientSecret': 'client-secret',
  'auth.privateKey': 'private-key',
  'auth.authorizationUrl': 'https://login.acme.example/authorize',
  'auth.tokenUrl': 'https://login.acme.example/token',
  'auth.acknowledgeRisk': true,
};

/** A draft with all that is missing given, and nothing else. */
export const completed = (drafted: { draft: object; missing: readonly Missing[] }): unknown => {
  const service = structuredClone(drafted.draft) as Record<string, Record<string, unknown>>;
  for (const { path } of drafted.missing) {
    if (!(path in answers)) throw new Error(`Nobody knows what to give for ${path}.`);
    const [first = '', second] = path.split('.');
    if (second === undefined) service[first] = answers[path] as Record<string, unknown>;
    else service[first] = { ...service[first], [second]: answers[path] };
  }
  return service;
};
