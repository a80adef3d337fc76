import dynalite from 'dynalite';
import { serveFor } from '../serve-for.ts';

// DynamoDB, in memory and in a process of its own, so that its work is not counted as the worker's.

serveFor(dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 }));
