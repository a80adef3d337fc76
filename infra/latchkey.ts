import { Validations, type App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { InfraConfig } from './config.ts';
import { DataStack } from './stacks/data.ts';
import { ServiceStack } from './stacks/service.ts';

/** Puts both stacks into an app, for whichever account and region they are deployed to, and checks them at every synth. */
export const latchkey = (
  app: App,
  config: InfraConfig,
): { readonly data: DataStack; readonly service: ServiceStack } => {
  const data = new DataStack(app, `${config.prefix}-data`, config);
  const service = new ServiceStack(app, `${config.prefix}-service`, { config, data });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { data, service };
};
