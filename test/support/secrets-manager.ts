import { SecretsManagerClient, type ServiceInputTypes } from '@aws-sdk/client-secrets-manager';

interface Call {
  readonly command: string;
  readonly input: ServiceInputTypes;
}

/** What Secrets Manager says to a call: an output, or an error that is thrown. */
export type Reply = Readonly<Record<string, unknown>> | Error;

/** A real client whose calls are answered in the process; `calls` tells the commands it was asked, in order. */
export const answeringClient = (reply: (call: Call, count: number) => Reply) => {
  const client = new SecretsManagerClient({ region: 'eu-west-1' });
  const calls: string[] = [];
  client.middlewareStack.add(
    (_next, context) => (args) => {
      const command = String(context.commandName).replace('Command', '');
      calls.push(command);
      const answer = reply({ command, input: args.input }, calls.length);
      return answer instanceof Error
        ? Promise.reject(answer)
        : Promise.resolve({ response: {}, output: { $metadata: {}, ...answer } } as never);
    },
    { step: 'initialize', priority: 'high', name: 'answer' },
  );
  return { client, calls };
};
