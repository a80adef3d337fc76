import { FunctionUrlAuthType, InvokeMode } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { AppFunction, type AppFunctionProps } from './app-function.ts';

/** A function with a URL of its own that answers while it works, for answers too large for the API. */
export class StreamingFunction extends Construct {
  readonly function: AppFunction;
  readonly url: string;

  constructor(scope: Construct, id: string, props: AppFunctionProps) {
    super(scope, id);
    this.function = new AppFunction(this, 'Function', props);
    // Callers bear server keys, which the function checks; IAM would shut out a backend outside AWS.
    const { url } = this.function.addFunctionUrl({
      authType: FunctionUrlAuthType.NONE,
      invokeMode: InvokeMode.RESPONSE_STREAM,
    });
    this.url = url;
  }
}
