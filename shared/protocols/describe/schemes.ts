import { bearer } from '../apply.ts';
import type { Draft, DraftedFromDocument, Finding } from './draft.ts';
import type { FieldBook } from './fields.ts';
import { placeKey, withoutClashes, type Placed } from './key-schemes.ts';
import { oneLine } from './node.ts';
import { draftFlow } from './oauth-flow.ts';
import { bestFlows, rankOf, type Requirement, type Scheme } from './scheme.ts';

interface SchemesInput {
  readonly schemes: readonly Scheme[];
  /** What the whole API asks for: each requirement is one way in. */
  readonly requirements: readonly Requirement[];
  /** Where the schemes stand in the document. */
  readonly path: string;
  readonly book: FieldBook;
  readonly baseUrl: string | undefined;
}

/** A way in whose schemes are all there. */
interface Way {
  readonly schemes: readonly Scheme[];
  readonly scopes: readonly string[];
}

const grants = ({ is }: Scheme) => is.kind === 'oauth2' || is.kind === 'openIdConnect';

/** As many as a service may have rules of `apply`, one of them for a token. */
const mostTogether = 19;

/** A way can be gone when its schemes are known and at most one of them hands out tokens. */
const wayOf = (requirement: Requirement, schemes: readonly Scheme[]): readonly Way[] => {
  const found = requirement.flatMap(({ id }) => schemes.filter((scheme) => scheme.id === id));
  const sound =
    found.length > 0 &&
    found.length <= mostTogether &&
    found.length === requirement.length &&
    found.every((scheme) => rankOf(scheme) < 9) &&
    found.filter(grants).length <= 1;
  const scopesOf = (scheme: Scheme) => requirement.find(({ id }) => id === scheme.id)?.scopes ?? [];
  return sound ? [{ schemes: found, scopes: found.filter(grants).flatMap(scopesOf) }] : [];
};

const rankOfWay = ({ schemes }: Way) => Math.min(...schemes.map(rankOf));

/** The ways that the document's own `security` names come first; without any, each scheme is one. The best wins. */
const choose = ({ schemes, requirements }: SchemesInput): Way | undefined => {
  const named = requirements.flatMap((requirement) => wayOf(requirement, schemes));
  const alone = schemes.flatMap(({ id }) => wayOf([{ id, scopes: [] }], schemes));
  return (named.length > 0 ? named : alone).toSorted((one, other) => rankOfWay(one) - rankOfWay(other))[0];
};

const names = (schemes: readonly Scheme[]): string =>
  schemes
    .slice(0, 10)
    .map(({ id }) => oneLine(id, 60))
    .join(', ');

const alternatives = ({ schemes, path }: SchemesInput, chosen: Way): readonly Finding[] => {
  const others = schemes.filter((scheme) => rankOf(scheme) < 9 && !chosen.schemes.includes(scheme));
  if (others.length === 0) return [];
  return [
    {
      level: 'info',
      path,
      message: `The draft uses ${names(chosen.schemes)}. The document also knows ${names(others)}.`,
      remedy: 'Where your application is to use another, write its settings into the draft instead.',
    },
  ];
};

const leftOut = (schemes: readonly Scheme[]): readonly Finding[] =>
  schemes.flatMap(({ is }) => (is.kind === 'unusable' ? [is.finding] : []));

const byDiscovery = (path: string, url: string): Finding => ({
  level: 'info',
  path,
  message: `How to authenticate stands in a discovery document at ${oneLine(url, 500)}`,
  remedy: 'Import from its issuer: that is the URL without /.well-known/openid-configuration.',
});

const noWay = (path: string, count: number): Finding => ({
  level: 'error',
  path,
  message:
    count === 0
      ? 'The document names no security scheme.'
      : 'No auth can be made of the security schemes of the document.',
  remedy: 'Write auth, and apply where it is a token, as the documentation of the API says.',
});

const missingAuth = { path: 'auth', message: 'Say how one authenticates: type and its settings.' };

const otherFlows = (scheme: Scheme): readonly Finding[] => {
  if (scheme.is.kind !== 'oauth2' || scheme.is.flows.length < 2) return [];
  const [first, ...others] = bestFlows(scheme.is.flows).map(({ grant }) => grant);
  return [
    {
      level: 'info',
      path: scheme.path,
      message: `The draft uses the grant ${first ?? ''}. The document also knows ${others.join(', ')}.`,
      remedy: 'Where another is meant, change auth.grant and its settings.',
    },
  ];
};

const placeAll = ({ book, path }: SchemesInput, keys: readonly Scheme[], first: Placed['rules']): Placed => {
  const placed = keys.map((scheme) => placeKey(scheme, book));
  const clear = withoutClashes([...first, ...placed.flatMap(({ rules }) => rules)], path);
  return { rules: clear.rules, findings: [...placed.flatMap(({ findings }) => findings), ...clear.findings] };
};

const draftGrant = (input: SchemesInput, scheme: Scheme, asked: readonly string[]): DraftedFromDocument => {
  const { is, path } = scheme;
  if (is.kind === 'openIdConnect')
    return {
      draft: {},
      findings: [byDiscovery(path, is.url)],
      missing: [missingAuth],
      discovery: { url: is.url, path },
    };
  const [flow] = is.kind === 'oauth2' ? bestFlows(is.flows) : [];
  if (!flow) return { draft: {}, findings: [], missing: [missingAuth] };
  const drafted = draftFlow({ flow, asked, path, book: input.book, baseUrl: input.baseUrl });
  return { ...drafted, findings: [...drafted.findings, ...otherFlows(scheme)] };
};

/** Drafts `auth` and `apply` from the security schemes of a document; schemes asked for together are drafted together. */
export const draftSchemes = (input: SchemesInput): DraftedFromDocument => {
  const { schemes, path } = input;
  const way = choose(input);
  if (!way)
    return {
      draft: {},
      findings: [...leftOut(schemes), noWay(path, schemes.length)],
      missing: [missingAuth],
    };
  const keys = way.schemes.filter((scheme) => !grants(scheme));
  const grantor = way.schemes.find(grants);
  const granted = grantor && draftGrant(input, grantor, way.scopes);
  const placed = placeAll(input, keys, granted && keys.length > 0 ? [bearer] : []);
  const draft: Draft = {
    ...(granted?.draft ?? { auth: { type: 'token' } }),
    ...(placed.rules.length > 0 ? { apply: placed.rules } : {}),
  };
  return {
    draft,
    findings: [
      ...(granted?.findings ?? []),
      ...placed.findings,
      ...alternatives(input, way),
      ...leftOut(schemes),
    ],
    missing: granted?.missing ?? [],
    discovery: granted?.discovery,
  };
};
