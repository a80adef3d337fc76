import type { Deps } from '../../../ports.ts';
import { placeholders } from '../../../template.ts';
import { settingsOf } from '../check-definition.ts';
import type { ServiceDefinition } from '../definition.ts';
import { secretsIn, type SplitService } from '../secrets.ts';
import type { Service } from '../service.ts';
import type { CheckFinding } from './finding.ts';
import type { Place } from './place.ts';

interface Subject {
  readonly split: SplitService;
  readonly service: Service | undefined;
}

/** The keys of the fields that no setting of these definitions uses. Secrets may use them. */
const unusedKeys = (definitions: readonly ServiceDefinition[]): readonly string[] => {
  const used = new Set(
    definitions.flatMap((definition) => settingsOf(definition).flatMap(({ text }) => placeholders(text))),
  );
  const keys = definitions[0]?.fields.map(({ key }) => key) ?? [];
  return keys.filter((key) => !used.has(key));
};

const findingsFor = ({ fields }: ServiceDefinition, unused: readonly string[]): readonly CheckFinding[] =>
  fields.flatMap(({ key }, index) =>
    unused.includes(key)
      ? [
          {
            level: 'info',
            code: 'unused_field',
            path: `body.fields.${String(index)}`,
            message: `No setting uses the field ${key}: whoever makes an auth is asked for it in vain.`,
            remedy: `Use {{${key}}} where the value belongs, such as in apply, or take the field out.`,
          },
        ]
      : [],
  );

/** The names that the secrets ask for: their texts may be templates, such as a client secret of each auth's own. */
const namesInSecrets = async (
  deps: Pick<Deps, 'vault' | 'clock'>,
  { split, service }: Subject,
  places: readonly Place[],
): Promise<readonly string[]> => {
  const given = Object.values(split.secrets).flatMap((secrets) => Object.values(secrets));
  const kept = service
    ? await Promise.all(places.map(({ environment }) => secretsIn(deps, service, environment)))
    : [];
  return [...given, ...kept.flatMap((secrets) => Object.values(secrets))].flatMap((secret) =>
    placeholders(secret.reveal()),
  );
};

/** Tells the fields that nothing uses. The vault is read only when there may be one. */
export const unusedFindings = async (
  deps: Pick<Deps, 'vault' | 'clock'>,
  subject: Subject,
  places: readonly Place[],
): Promise<readonly CheckFinding[]> => {
  const keys = unusedKeys(places.map(({ definition }) => definition));
  if (keys.length === 0) return [];
  const names = await namesInSecrets(deps, subject, places);
  const left = keys.filter((key) => !names.includes(key));
  return findingsFor(subject.split.definition, left);
};
