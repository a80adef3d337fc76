import type { Template } from 'aws-cdk-lib/assertions';

interface TemplateJson {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Metadata?: unknown }>>;
  readonly Outputs?: unknown;
}

/** A template as a snapshot shows it: without what every change of code changes, and without CDK's own bookkeeping. */
export const snapshotOf = (template: Template): unknown => {
  const { Resources: all, Outputs: outputs } = template.toJSON() as TemplateJson;
  const resources = Object.fromEntries(
    Object.entries(all).map(([id, { Metadata: _, ...resource }]) => [id, resource]),
  );
  const text = JSON.stringify({ resources, outputs });
  return JSON.parse(text.replaceAll(/[0-9a-f]{64}(?=\.zip)/g, 'the-hash-of-the-code'));
};
