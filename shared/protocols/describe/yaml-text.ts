import { Composer, isAlias, isMap, isScalar, isSeq, Parser, type Document } from 'yaml';
import * as z from 'zod';
import {
  deepestLevel,
  mostAliases,
  mostNodes,
  tooDeep,
  tooMany,
  twice,
  UnreadableDocument,
} from './limits.ts';
import { scanYaml, tooManyAliases, tooManyDocuments } from './yaml-scan.ts';

const brokenAt = (text: string, offset: number) =>
  new UnreadableDocument(
    `The document is neither JSON nor YAML: line ${text.slice(0, offset).split('\n').length} cannot be read.`,
  );

const Place = z.union([
  z.number(),
  z.tuple([z.number(), z.number()]).transform(([start]) => start),
  z.object({ offset: z.number() }).transform(({ offset }) => offset),
]);

/**
 * A composer that stops at the first error: by itself it gathers all, and a text that is nothing but errors would take
 * seconds. Where a version of `yaml` has no such hook, the errors are still found in the documents.
 */
const impatientComposer = () => {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    // Its own check is quadratic; keys are compared below.
    uniqueKeys: false,
  });
  const errors: number[] = [];
  const value = (place: unknown, _code: unknown, _message: unknown, isWarning?: boolean) => {
    if (isWarning === true) return;
    errors.push(Place.safeParse(place).data ?? 0);
    throw new Error('Stopped at the first error.');
  };
  Object.defineProperty(composer, 'onError', { value });
  return { composer, errors };
};

const documentsOf = (text: string, composer: Composer): readonly Document[] => {
  const documents: Document[] = [];
  for (const token of new Parser().parse(text)) {
    if (token.type === 'error') throw brokenAt(text, token.offset);
    documents.push(...composer.next(token));
    if (documents.length > 1) break;
  }
  return [...documents, ...composer.end(true, text.length)];
};

const composed = (text: string): Document => {
  const { composer, errors } = impatientComposer();
  const read = () => {
    try {
      return documentsOf(text, composer);
    } catch (error) {
      throw error instanceof UnreadableDocument ? error : brokenAt(text, errors[0] ?? 0);
    }
  };
  const [document, ...others] = read();
  if (document === undefined || others.length > 0) throw tooManyDocuments();
  const [error] = document.errors;
  if (error) throw brokenAt(text, error.pos[0]);
  return document;
};

const keyOf = (node: unknown): string => {
  const key = isScalar(node) ? node.value : node;
  if (key === null) return '';
  if (typeof key === 'string' || typeof key === 'number' || typeof key === 'boolean') return String(key);
  throw new UnreadableDocument('A key of the document is no plain text.');
};

/** Makes plain data of YAML's nodes. Every use of an alias is a copy, and counts. */
const plain = (document: Document): unknown => {
  const anchors = new Map<string, unknown>();
  const open = new Set<unknown>();
  const count = { nodes: 0, aliases: 0 };

  const aliased = (name: string, depth: number): unknown => {
    const target = anchors.get(name);
    if (target === undefined)
      throw new UnreadableDocument('The document uses an alias that it does not define.');
    if (open.has(target)) throw new UnreadableDocument('An alias of the document contains itself.');
    if ((count.aliases += 1) > mostAliases) throw tooManyAliases();
    return value(target, depth);
  };

  const object = (items: readonly { key: unknown; value: unknown }[], depth: number): unknown => {
    const entries = items.map((item) => [keyOf(item.key), value(item.value, depth + 1)] as const);
    if (new Set(entries.map(([key]) => key)).size !== entries.length) throw twice();
    // Makes own members of all keys, `__proto__` among them.
    return Object.fromEntries(entries);
  };

  const collection = (node: unknown, depth: number): unknown => {
    open.add(node);
    const made = isMap(node)
      ? object(node.items, depth)
      : isSeq(node)
        ? node.items.map((item) => value(item, depth + 1))
        : undefined;
    open.delete(node);
    return made;
  };

  const value = (node: unknown, depth: number): unknown => {
    if (depth > deepestLevel) throw tooDeep();
    if ((count.nodes += 1) > mostNodes) throw tooMany();
    if (isAlias(node)) return aliased(node.source, depth);
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined)
      anchors.set(node.anchor, node);
    return isScalar(node) ? node.value : (collection(node, depth) ?? null);
  };

  return value(document.contents, 0);
};

/** Reads a text as YAML 1.2 (core schema) within the limits of `readDocument`. Throws `UnreadableDocument`. */
export const readYaml = (text: string): unknown => {
  scanYaml(text);
  return plain(composed(text));
};
