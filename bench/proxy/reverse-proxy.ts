import { Agent, createServer, request as send } from 'node:http';
import { serveFor } from '../serve-for.ts';

// What a process between caller and service costs that does nothing but pass bytes on: the measure of what Latchkey adds.

const [port] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });

serveFor(
  createServer((request, response) => {
    const { method, url: path, headers } = request;
    const onwards = send({ agent, host: '127.0.0.1', port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onwards.on('error', () => response.destroy());
    request.pipe(onwards);
  }),
);
