import { startDynamodb } from '../../local/dynamodb.ts';

// The database that all processes of a race share, in a process of its own.

const { endpoint } = await startDynamodb();
process.send?.({ port: Number(new URL(endpoint).port) });
process.on('SIGTERM', () => process.exit(0));
