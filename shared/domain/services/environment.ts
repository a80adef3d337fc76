import { invalid, issueDetails, type ErrorDetail } from '../../errors.ts';
import { AuthDefinition } from '../../protocols/definition.ts';
import type { ServiceDefinition } from './definition.ts';
import { production } from './definition.ts';
import { mergePatch } from './merge-patch.ts';

/** Every environment of a service, production first. */
export const environmentsOf = ({ environments }: ServiceDefinition): readonly string[] => [
  production,
  ...Object.keys(environments),
];

const unknownEnvironment = (definition: ServiceDefinition) =>
  invalid('unknown_environment', 'The service has no such environment.', [
    { path: 'body.environment', message: `Expected one of ${environmentsOf(definition).join(', ')}.` },
  ]);

/** Type and grant are those of production: fields, secrets and what is put on calls depend on them. */
const otherWay = (
  production: AuthDefinition,
  own: Readonly<Record<string, unknown>>,
  path: string,
): readonly ErrorDetail[] => [
  ...('type' in own && own['type'] !== production.type ? [{ path: `${path}.type`, message: oneWay }] : []),
  ...('grant' in own && 'grant' in production && own['grant'] !== production.grant
    ? [{ path: `${path}.grant`, message: oneWay }]
    : []),
];
const oneWay =
  'Expected the same as in production, or nothing: an environment authenticates in the same way.';

/**
 * The definition as it is in one environment (R52): what the environment has of its own, all else as in production.
 * Rejects with 422 `unknown_environment`, or `invalid_service` when the two do not fit together.
 */
export const definitionIn = (definition: ServiceDefinition, environment: string): ServiceDefinition => {
  if (environment === production) return definition;
  const override = Object.hasOwn(definition.environments, environment)
    ? definition.environments[environment]
    : undefined;
  if (!override) throw unknownEnvironment(definition);
  const { auth, title, ...own } = override;
  const details = otherWay(definition.auth, auth, `body.environments.${environment}.auth`);
  if (details.length > 0) throw invalid('invalid_service', 'The definition cannot work as it is.', details);
  const merged = AuthDefinition.safeParse(mergePatch(definition.auth, auth));
  if (merged.success) return { ...definition, ...own, environments: {}, auth: merged.data };
  throw invalid(
    'invalid_service',
    'The definition cannot work as it is.',
    issueDetails(merged.error, `body.environments.${environment}.auth`),
  );
};
