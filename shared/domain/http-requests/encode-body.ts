import type { Deps } from '../../ports.ts';
import type { Part, RequestBody } from './request-body.ts';

/** A body as it is sent, and what it is when no header says so. */
export interface EncodedBody {
  readonly type?: string;
  readonly bytes?: Uint8Array;
}

/** A name inside of quotes, as browsers write it (WHATWG HTML, multipart/form-data encoding algorithm). */
const quoted = (text: string): string =>
  text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const partHead = ({ name, fileName, contentType }: Part): string =>
  [
    `Content-Disposition: form-data; name="${quoted(name)}"${fileName === undefined ? '' : `; filename="${quoted(fileName)}"`}`,
    ...(contentType === undefined ? [] : [`Content-Type: ${contentType}`]),
  ].join('\r\n');

const partBytes = (part: Part): Uint8Array =>
  'text' in part ? Buffer.from(part.text) : Buffer.from(part.base64, 'base64');

/** RFC 7578. Nobody can foretell the boundary, so no part can hold it. */
const multipart = (parts: readonly Part[], boundary: string): EncodedBody => ({
  type: `multipart/form-data; boundary=${boundary}`,
  bytes: Buffer.concat([
    ...parts.flatMap((part) => [
      Buffer.from(`--${boundary}\r\n${partHead(part)}\r\n\r\n`),
      partBytes(part),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]),
});

/** Writes a body as bytes. JSON is written anew, without white space. */
export const encodeBody = ({ random }: Pick<Deps, 'random'>, body: RequestBody): EncodedBody => {
  switch (body.kind) {
    case 'none':
      return {};
    case 'json':
      return { type: 'application/json', bytes: Buffer.from(JSON.stringify(body.value)) };
    case 'text':
      return { type: 'text/plain; charset=utf-8', bytes: Buffer.from(body.value) };
    case 'form': {
      const text = new URLSearchParams(
        body.value.map(([name, value]): [string, string] => [name, value]),
      ).toString();
      return { type: 'application/x-www-form-urlencoded', bytes: Buffer.from(text) };
    }
    case 'multipart':
      return multipart(body.parts, Buffer.from(random.bytes(16)).toString('hex'));
    case 'base64':
      return { type: 'application/octet-stream', bytes: Buffer.from(body.value, 'base64') };
  }
};
