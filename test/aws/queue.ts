import * as z from 'zod';

/** SQS by its own JSON protocol, as the product itself has no use for its client. */
const sqs = async (action: string, input: Record<string, unknown>): Promise<unknown> => {
  const response = await fetch(process.env['AWS_ENDPOINT_URL']!, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${action}`,
      authorization:
        'AWS4-HMAC-SHA256 Credential=testing/20260101/eu-west-1/sqs/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(input),
  });
  if (!response.ok) throw new Error(`SQS answered ${response.status}: ${await response.text()}`);
  return response.json();
};

const Queue = z.object({ QueueUrl: z.string() });
const Messages = z.object({
  Messages: z.array(z.object({ Body: z.string(), ReceiptHandle: z.string() })).optional(),
});

/** A queue, its ARN, and the bodies of what has come so far. */
export const newQueue = async (name: string) => {
  const { QueueUrl } = Queue.parse(await sqs('CreateQueue', { QueueName: name }));
  const received = async (): Promise<readonly string[]> => {
    const request = { QueueUrl, MaxNumberOfMessages: 10 };
    const { Messages: messages = [] } = Messages.parse(await sqs('ReceiveMessage', request));
    for (const { ReceiptHandle } of messages) await sqs('DeleteMessage', { QueueUrl, ReceiptHandle });
    const bodies = messages.map(({ Body }) => Body);
    return messages.length === 0 ? [] : [...bodies, ...(await received())];
  };
  return { arn: `arn:aws:sqs:eu-west-1:123456789012:${name}`, received };
};
