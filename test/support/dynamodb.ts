import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** A client of a DynamoDB at an endpoint of this machine. */
export const dynamodbClient = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
