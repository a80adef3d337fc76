import { Validations, type App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { InfraConfig } from './config.ts';
import { BackgroundStack } from './stacks/background.ts';
import { DataStack } from './stacks/data.ts';
import { ServiceStack } from './stacks/service.ts';

/**
 * Puts the stacks into an app, for whichever account and region they are deployed to, and checks them at every synth. Three, for
 * CloudFormation takes 500 resources in one (ADR 0040).
 */
export const latchkey = (
  app: App,
  config: InfraConfig,
): { readonly data: DataStack; readonly service: ServiceStack; readonly background: BackgroundStack } => {
  const data = new DataStack(app, `${config.prefix}-data`, config);
  const service = new ServiceStack(app, `${config.prefix}-service`, { config, data });
  const background = new BackgroundStack(app, `${config.prefix}-background`, { config, data, service });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { data, service, background };
};
