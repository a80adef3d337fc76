import type { Policy } from './synthesize.ts';

type Reference =
  | string
  | { readonly Ref: string }
  | { readonly 'Fn::GetAtt': readonly [string, string] }
  | { readonly 'Fn::ImportValue': string }
  | { readonly 'Fn::Join': readonly [string, readonly Reference[]] };

/** What a logical id or the name of an export means: the resource without hashes and stacks. */
const short = (id: string) => {
  const known = ['SealingKey', 'Table', 'Bus', 'Queue', 'Logs'].find((name) => id.includes(name));
  return `<${known ?? id.replace('AWS::', '')}>`;
};

const textOf = (reference: Reference): string => {
  if (typeof reference === 'string') return reference;
  if ('Ref' in reference) return short(reference.Ref);
  if ('Fn::GetAtt' in reference) return short(reference['Fn::GetAtt'][0]);
  if ('Fn::ImportValue' in reference) return short(reference['Fn::ImportValue']);
  const [separator, parts] = reference['Fn::Join'];
  return parts.map(textOf).join(separator);
};

const listOf = <T>(value: T | readonly T[]): readonly T[] =>
  (Array.isArray(value) ? value : [value]) as readonly T[];

/** All that a policy allows, an action and a resource to a line; but not the function's own logs. */
export const allowedBy = ({ PolicyDocument: { Statement: statements } }: Policy): readonly string[] => {
  const lines = statements.flatMap(({ Effect: effect, Action: actions, Resource: resources }) => {
    if (effect !== 'Allow') throw new Error('The policies of functions only allow.');
    return listOf(actions).flatMap((action) =>
      listOf(resources as Reference | readonly Reference[]).map(
        (resource) => `${action} ${textOf(resource)}`,
      ),
    );
  });
  return [...new Set(lines)].filter((line) => !line.endsWith(' <Logs>')).sort();
};
