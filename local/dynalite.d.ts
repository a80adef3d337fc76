declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** The folder of the data; in memory when absent. */
    readonly path?: string;
    readonly createTableMs?: number;
    readonly updateTableMs?: number;
    readonly deleteTableMs?: number;
  }

  /** A DynamoDB that listens where it is told to. */
  function dynalite(options?: DynaliteOptions): Server;
  export = dynalite;
}
