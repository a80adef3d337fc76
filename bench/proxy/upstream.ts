import { createServer } from 'node:http';
import { serveFor } from '../serve-for.ts';

// The service that is called: it wants its credential and answers at once.

const [expected] = process.argv.slice(2);
const body = JSON.stringify({ items: [{ name: 'x'.repeat(1000) }] });

serveFor(
  createServer((request, response) => {
    request.resume();
    const status = request.headers.authorization === expected ? 200 : 401;
    response
      .writeHead(status, { 'content-type': 'application/json', 'content-length': body.length })
      .end(body);
  }),
);
