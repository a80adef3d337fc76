import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Construct } from 'constructs';
import { readConfig } from '../../infra/config.ts';
import { latchkey } from '../../infra/latchkey.ts';

const { context }: { context: Record<string, unknown> } = JSON.parse(readFileSync('cdk.json', 'utf8'));

/** An app with the flags of cdk.json that bundles nothing: bundles are the matter of synth.suite.ts alone. */
export const testApp = (): App =>
  new App({
    context: { ...context, 'aws:cdk:bundling-stacks': [], 'aws:cdk:enable-path-metadata': true },
    outdir: mkdtempSync(join(tmpdir(), 'latchkey-synth-')),
  });

/** The template of a stack that holds only what `build` puts into it. */
export const templateOf = (build: (scope: Construct) => void): Template => {
  const stack = new Stack(testApp(), 'Test');
  build(stack);
  return Template.fromStack(stack);
};

/** The stacks as a deployer with these settings gets them. */
export const deployment = (settings: Record<string, unknown> = {}) => {
  const app = testApp();
  const stacks = latchkey(
    app,
    readConfig((name) => settings[name]),
  );
  const assembly = app.synth();
  return {
    ...stacks,
    directory: assembly.directory,
    templates: {
      data: Template.fromStack(stacks.data),
      service: Template.fromStack(stacks.service),
      background: Template.fromStack(stacks.background),
    },
  };
};

export interface Found<P> {
  readonly id: string;
  readonly Type: string;
  readonly Properties: P;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata?: Readonly<Record<string, string>>;
}

/** The resources of a type, with their logical ids. */
export const resources = <P = Readonly<Record<string, unknown>>>(
  template: Template,
  type: string,
): readonly Found<P>[] =>
  Object.entries(template.findResources(type)).map(([id, found]) => ({ id, ...found }) as Found<P>);

/** The only resource of a type. */
export const only = <P = Readonly<Record<string, unknown>>>(template: Template, type: string): Found<P> => {
  const [found, ...others] = resources<P>(template, type);
  if (!found || others.length > 0) throw new Error(`Expected one ${type}.`);
  return found;
};

/** An object of IAM. */
export interface Policy {
  readonly PolicyDocument: {
    readonly Statement: readonly {
      readonly Effect: string;
      readonly Action: string | readonly string[];
      readonly Resource: unknown;
    }[];
  };
  readonly Roles: readonly { readonly Ref: string }[];
}
