import { Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Right } from '../rights.ts';
import { rulesOf, type Grantable } from '../rules.ts';
import type { AppFunction } from './app-function.ts';

/** As cdk-nag names a resource: pseudo parameters in angle brackets. */
const asFound = (stack: Stack, resource: string) =>
  [
    ['Partition', stack.partition],
    ['Region', stack.region],
    ['AccountId', stack.account],
  ].reduce((text, [name, token]) => text.replaceAll(token ?? '', `<AWS::${name ?? ''}>`), resource);

const secretNames =
  'Each thing has a secret of its own, made while the product runs; its kind begins its name.';
const noticeNames =
  'Whom to tell is said while the product runs; the names of all that may be told begin with the deployment.';

/** Gives a function its rights and nothing else. Names of secrets, topics and buses begin with what they belong to, so a prefix is the narrowest. */
export const grant = (target: AppFunction, rights: readonly Right[], to: Grantable): void => {
  const stack = Stack.of(target);
  const rules = rulesOf(stack, to);
  for (const right of rights) {
    for (const allowed of rules[right]) {
      target.addToRolePolicy(
        new PolicyStatement({ actions: [...allowed.actions], resources: [...allowed.resources] }),
      );
      for (const resource of allowed.resources.filter((name) => name.includes('*'))) {
        Validations.of(target.role ?? target).acknowledge({
          id: `AwsSolutions-IAM5[Resource::${asFound(stack, resource)}]`,
          reason: resource.includes(':secretsmanager:') ? secretNames : noticeNames,
        });
      }
    }
  }
};
