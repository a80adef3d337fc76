import { bearer } from '../../protocols/apply.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import type { Ground } from '../../protocols/protocol.ts';
import { spellings } from '../../protocols/spellings.ts';
import { placeholders } from '../../template.ts';
import type { ServiceInUse } from '../services/current.ts';

const granted = ['access_token', 'token_secret'];

/** The values of a credential that nobody but the service may see. A field that the base URL shows is none, unless it is a secret. */
const hidden = ({ definition }: ServiceInUse, { values, secrets }: Ground): readonly string[] => {
  const { apply = [bearer], baseUrl, fields } = definition;
  const secret = new Set(fields.flatMap((field) => (field.secret ? [field.key] : [])));
  const applied = new Set(apply.flatMap(({ value }) => placeholders(value)));
  const shown = new Set(placeholders(baseUrl).filter((name) => !secret.has(name)));
  const names = Object.keys(values).filter(
    (name) =>
      !shown.has(name) &&
      (applied.has(name) || secret.has(name) || granted.includes(name) || name.startsWith('secrets.')),
  );
  const own = Object.values(secrets).map((value) => value.reveal());
  return [...names.map((name) => values[name] ?? ''), ...own].filter((value) => value !== '');
};

/** Pieces that are shorter stand everywhere, as base64 of a letter or two does. */
const shortest = 4;

const fold = (text: string): string => text.toLowerCase();

/** Every escape is read that is one: beside one that is none, or is no UTF-8, a credential must not go unseen. */
const decoded = (text: string): string =>
  Buffer.from(
    Buffer.from(text)
      .toString('latin1')
      .replace(/%([\da-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    'latin1',
  ).toString();

/** Tells whether a text holds a part of the credential, however it is spelt, or a signature made with it. Rather once too often than once too seldom. */
export const holdsCredential = (service: ServiceInUse, ground: Ground): ((text: string) => boolean) => {
  const parts = hidden(service, ground).flatMap((value) =>
    spellings(value).filter((part) => part.length >= Math.min(shortest, value.length)),
  );
  const signature = protocolOf(service.definition.auth).sign ? ['oauth_signature'] : [];
  const sought = [...new Set([...parts.map(fold), ...signature])];
  return (text) => {
    const once = decoded(text);
    const forms = [text, once, decoded(once)].map(fold);
    return sought.some((part) => forms.some((form) => form.includes(part)));
  };
};
