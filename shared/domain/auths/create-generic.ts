import type * as z from 'zod';
import { invalid, issueDetails, type ErrorDetail } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { placeholders } from '../../template.ts';
import { genericService, GenericInput, isOAuthWord, type Generic } from './generic.ts';
import type { NewAuth } from './new-auth.ts';
import type { ServiceInUse } from '../services/current.ts';

interface Named {
  readonly name: string;
  readonly path: string;
}

/** No description of a generic auth needs more levels; what is deeper the schema refuses. */
const deepest = 20;

const membersOf = ({ value, path }: { value: unknown; path: string }) =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).map(([name, inner]: [string, unknown]) => ({
        name,
        path: `${path}.${name}`,
        value: inner,
      }))
    : [];

/** The names of all members, level by level, so that no depth exhausts the stack. */
const names = (value: unknown, path: string): readonly Named[] => {
  const found: Named[] = [];
  let level = membersOf({ value, path });
  for (let depth = 0; depth < deepest && level.length > 0; depth += 1) {
    found.push(...level.map((member) => ({ name: member.name, path: member.path })));
    level = level.flatMap(membersOf);
  }
  return found;
};

const unsupported = (details: readonly ErrorDetail[]) =>
  invalid(
    'generic_auth_unsupported',
    'A generic auth puts fixed values on calls; it obtains and renews nothing. Create a service for this: POST /v1/workspaces/{ws}/services.',
    details,
  );

const refuseOAuth = ({ generic, credential }: NewAuth): void => {
  const found = names(generic, 'body.generic')
    .filter(({ name }) => isOAuthWord(name))
    .map(({ path }) => ({ path, message: 'A generic auth cannot hold this: create a service.' }));
  if (credential) found.push({ path: 'body.credential', message: 'Tokens need a service: create one.' });
  if (found.length > 0) throw unsupported(found);
};

const unfilled = ({ fields, apply, baseUrl }: z.infer<typeof GenericInput>): readonly ErrorDetail[] =>
  [
    { path: 'body.generic.baseUrl', text: baseUrl },
    ...apply.map(({ value }, index) => ({ path: `body.generic.apply.${String(index)}.value`, text: value })),
  ].flatMap(({ path, text }) =>
    placeholders(text)
      .filter((name) => !Object.hasOwn(fields, name))
      .map((name) => ({ path, message: `Nothing fills {{${name}}}: give a field with this key.` })),
  );

/** Nothing would use them there. */
const misplaced = ({ fields }: NewAuth): readonly ErrorDetail[] =>
  Object.keys(fields).map((key) => ({
    path: `body.fields.${key}`,
    message: 'The fields of a generic auth stand in generic.fields.',
  }));

interface GenericParts {
  readonly generic: Generic;
  readonly service: ServiceInUse;
  readonly fields: Record<string, string>;
}

/**
 * Reads the description of a generic auth (R1). Rejects with 422: `generic_auth_unsupported` when it holds OAuth material or
 * a flow of several steps (R3), `invalid_request` or `invalid_auth` when it cannot work.
 */
export const readGeneric = (
  { settings }: Pick<Deps, 'settings'>,
  organizationId: string,
  input: NewAuth,
): GenericParts => {
  refuseOAuth(input);
  const parsed = GenericInput.safeParse(input.generic);
  if (!parsed.success) {
    const details = issueDetails(parsed.error, 'body.generic');
    throw invalid('invalid_request', 'The generic auth is not as it should be; see the details.', details);
  }
  const { baseUrl, apply, fields } = parsed.data;
  const details = [...unfilled(parsed.data), ...misplaced(input)];
  if (!settings.plainHttp && baseUrl.toLowerCase().startsWith('http:')) {
    details.push({
      path: 'body.generic.baseUrl',
      message: 'Expected https://: over plain HTTP everyone on the way reads the credential.',
    });
  }
  if (details.length > 0) throw invalid('invalid_auth', 'The generic auth cannot work as it is.', details);
  const generic: Generic = { baseUrl, keys: Object.keys(fields), apply };
  return {
    generic,
    service: genericService(organizationId, generic),
    fields: Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, value.reveal()])),
  };
};
