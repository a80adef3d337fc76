import { required } from '../../../template.ts';
import { settingsOf } from '../check-definition.ts';
import type { ServiceDefinition } from '../definition.ts';
import { warningsOf } from '../warnings.ts';
import type { CheckFinding } from './finding.ts';

const remedies: Readonly<Record<string, string>> = {
  pkce_off: 'Say "S256", or leave pkce out, unless the provider refuses it.',
  discouraged_auth_type: 'Use the grant authorization_code of oauth2 where the provider has it.',
};

const standing = (definition: ServiceDefinition): readonly CheckFinding[] =>
  warningsOf(definition).map((warning) => ({
    level: 'warning',
    ...warning,
    remedy: remedies[warning.code] ?? 'Change the value as the message says.',
  }));

/** Where the deployment takes plain HTTP it is no error, and still nothing to go to the Internet with. */
const plain = (definition: ServiceDefinition, plainHttp: boolean): readonly CheckFinding[] =>
  settingsOf(definition)
    .filter(({ is, text }) => plainHttp && is === 'url' && /^http:/i.test(text))
    .map(({ path }) => ({
      level: 'warning',
      code: 'plain_http',
      path,
      message: 'The URL is plain HTTP: everyone on the way reads the credential.',
      remedy: 'Begin it with https://. Only deployments for development take plain HTTP.',
    }));

/** The path of the test is no URL by itself, and a part of one. */
const inUrls = (definition: ServiceDefinition) =>
  settingsOf(definition).filter(({ is, path }) => is === 'url' || path === 'test.path');

const leftOut = (definition: ServiceDefinition): readonly CheckFinding[] => {
  const open = definition.fields
    .filter((field) => !field.required && field.default === undefined)
    .map(({ key }) => key);
  return inUrls(definition).flatMap(({ path, text }) =>
    required(text)
      .filter((name) => open.includes(name))
      .map((name) => ({
        level: 'warning',
        code: 'unfilled_when_left_out',
        path,
        message: `The field ${name} may be left out, and then nothing fills {{${name}}} here: calls with such an auth fail.`,
        remedy: `Write {{${name}|…}} with what stands in for it, give the field a default, or make it required.`,
      })),
  );
};

/** What the texts of a definition in one environment tell by themselves. Paths are those of that environment. */
export const templateFindings = (
  definition: ServiceDefinition,
  plainHttp: boolean,
): readonly CheckFinding[] => [
  ...standing(definition),
  ...plain(definition, plainHttp),
  ...leftOut(definition),
];
