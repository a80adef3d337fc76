import * as z from 'zod';
import { attributes } from '#shared/table.ts';

/** What the product asks of its database: `vault` for sealed credentials, which lie there too; `table` is about the table itself. */
export type StoreCall = 'read' | 'write' | 'vault' | 'table';

const Value = z.object({ S: z.string().optional() });
const Values = z.record(z.string(), Value).default({});

/** What we read of DynamoDB's requests (API version 2012-08-10). */
const Body = z.object({ Key: Values, Item: Values, ExpressionAttributeValues: Values });

const reads = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan']);
const writes = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem']);

const ofVault = ({ Key, Item, ExpressionAttributeValues }: z.output<typeof Body>): boolean =>
  [Key[attributes.partition], Item[attributes.partition], ...Object.values(ExpressionAttributeValues)].some(
    (value) => value?.S?.startsWith('SEALED#'),
  );

/** Tells what a request to DynamoDB is by its `X-Amz-Target` and its body. Throws when the body is none of DynamoDB's. */
export const storeCall = (target: string, body: string): StoreCall => {
  const operation = target.replace(/^.*\./, '');
  if (!reads.has(operation) && !writes.has(operation)) return 'table';
  if (ofVault(Body.parse(JSON.parse(body)))) return 'vault';
  return reads.has(operation) ? 'read' : 'write';
};
