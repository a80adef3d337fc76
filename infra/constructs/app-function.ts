import type { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { bundle } from '../bundling/bundle.ts';
import type { Variables } from '../environment.ts';
import { OwnLogs } from './own-logs.ts';

export interface AppFunctionProps {
  /** The module below functions/ that exports `handler`. */
  readonly entry: string;
  readonly description: string;
  readonly environment: Variables;
  readonly timeout: Duration;
  /** Megabytes; the processor's share grows with it. 512 when absent. */
  readonly memorySize?: number;
  /** How often Lambda itself repeats a call that nobody waits for. Twice when absent. */
  readonly retryAttempts?: number;
}

/** A function of Latchkey: Node 24 on arm64, with a role and logs of its own and no right but to write them. */
export class AppFunction extends Function {
  constructor(scope: Construct, id: string, { entry, memorySize = 512, ...rest }: AppFunctionProps) {
    const logGroup = new OwnLogs(scope, `${id}Logs`);
    super(scope, id, {
      ...rest,
      code: bundle(entry),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize,
      role: new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }),
      logGroup,
      // X-Ray's write right knows no resource but `*`, and its traces would tell little that logs and metrics do not.
      tracing: Tracing.DISABLED,
    });
    logGroup.grantWrite(this);
  }
}
