import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseCurl } from '#shared/domain/http-requests/curl/parse-curl.ts';
import { HttpRequest } from '#shared/domain/http-requests/document.ts';
import { AppError } from '#shared/errors.ts';

const read = (name: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8'));

/** Commands as real APIs document them and as browsers copy them; each was compared with what curl itself sends. */
const commands = read('commands.json') as { curl: string; document: object; warnings: string[] }[];
const refused = read('refused.json') as { curl: string; says: string }[];
const authId = `auth_${'0'.repeat(26)}`;

const refusal = (curl: string): string => {
  try {
    parseCurl({ curl });
  } catch (error) {
    if (error instanceof AppError && error.status === 422 && error.code === 'unreadable_curl')
      return error.details.map(({ path, message }) => `${path}: ${message}`).join();
    throw error;
  }
  return 'It was taken.';
};

describe('a curl command', () => {
  it('is tried in more than sixty forms, and in more than forty that are refused', () => {
    expect(commands.length).toBeGreaterThan(60);
    expect(refused.length).toBeGreaterThan(40);
  });

  it.each(commands.map(({ curl, ...rest }) => [curl, rest] as const))(
    'becomes a document that can be sent: %s',
    (curl, { document, warnings }) => {
      const reading = parseCurl({ curl, authId });
      expect(reading).toEqual({ document: { authId, ...document }, warnings });
      expect(HttpRequest.safeParse(reading.document).success).toBe(true);
    },
  );

  it.each(commands.map(({ curl }) => curl).filter((curl) => /planted/i.test(curl)))(
    'brings no credential along, nor tells it: %s',
    (curl) => {
      const reading = parseCurl({ curl });
      expect(JSON.stringify(reading)).not.toMatch(/planted/i);
      expect(reading.warnings.join()).toMatch(/left out|reads like a credential/);
    },
  );

  it.each(refused.map(({ curl, says }) => [curl, says] as const))(
    'that cannot be a document is refused with the reason, and no value of it: %s',
    (curl, says) => {
      const told = refusal(curl);
      expect(told).toMatch(/^body\.curl: /);
      expect(told).toContain(says);
      expect(told).not.toContain('planted');
    },
  );

  const many = (text: string, total = 200_000) => text.repeat(Math.ceil(total / text.length)).slice(0, total);

  it.each([
    ['quotes', `curl ${many(`''`)}`],
    ['open quotes', `curl ${many('"\\"')}`],
    ['escapes', `curl x -d $'${many('\\n\\xc3\\xa9')}`],
    ['dollars', `curl x -d "${many('$a$b$')}"`],
    ['variables', `curl x -d "${Array.from({ length: 20_000 }, (_, place) => `$v${place}`).join('')}"`],
    ['headers', `curl x ${many('-H a:b ')}`],
    ['cookies', `curl x ${many('-b a=b ')}`],
    ['data', `curl x ${many('-d a=b ')}`],
    ['fields', `curl x -d ${many('token=b&')}`],
    ['parts', `curl x ${many('-F a=b ')}`],
    ['settings of a part', `curl x -F 'a=b${many(';type=a')}'`],
    ['deep JSON', `curl x -H content-type:application/json -d '${many('[', 99_000)}${many(']', 99_000)}'`],
    ['open JSON', `curl x -H content-type:application/json -d '${many('["\\\\')}'`],
    ['a long query', `curl 'https://x/?${many('a-token=b&')}'`],
    ['a long name', `curl 'https://x/?${many('a-_')}=b'`],
    ['flags', `curl x -${many('s')}`],
    ['continuations', `curl x ${many('\\ ')}`],
    ['at signs', `curl ${many('@')}`],
    ['slashes', `curl ${many('/\\\\')}`],
    ['line ends', `curl x${many('\n')}`],
    ['line ends of Windows', `curl x${many('\r\n')}`],
  ])('of %s without end is read or refused at once', (_, curl) => {
    const began = performance.now();
    expect(typeof refusal(curl)).toBe('string');
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
