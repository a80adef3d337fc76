import { Lexer } from 'yaml';
import { deepestLevel, mostAliases, mostNodes, tooDeep, tooMany, UnreadableDocument } from './limits.ts';

/** What the lexer of `yaml` puts before the text of a scalar. */
const scalarMark = '\u001f';
const coreTag = /^!!(str|int|float|bool|null|map|seq)$/;

/** The aliases that are written, or those that are followed, are too many. */
export const tooManyAliases = () =>
  new UnreadableDocument(`The document uses more than ${mostAliases} aliases.`);

/** A stream of several documents. */
export const tooManyDocuments = () =>
  new UnreadableDocument('The text holds more than one YAML document: send one.');

interface Count {
  nodes: number;
  lexemes: number;
  aliases: number;
  documents: number;
  flow: number;
  run: number;
}

const opens = (text: string) => text === '[' || text === '{';
const closes = (text: string) => text === ']' || text === '}';
const indicates = (text: string) => text === '-' || text === '?';

const counted = (count: Count, text: string): void => {
  count.lexemes += 1;
  if (text === scalarMark) count.nodes += 1;
  else if (text === '---') count.documents += 1;
  else if (text.startsWith('*')) count.aliases += 1;
  else if (opens(text)) count.flow += 1;
  else if (closes(text)) count.flow -= 1;
  // Block levels that begin on one line, such as `- - - - -`: a line break or a scalar ends them.
  count.run = indicates(text) ? count.run + 1 : text.trim() === '' && !text.includes('\n') ? count.run : 0;
};

const hasTooManyLines = (text: string): boolean => {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0 && lines <= mostNodes; at = text.indexOf('\n', at + 1))
    lines += 1;
  return lines > mostNodes;
};

/**
 * Looks at the words of a YAML text before anything is built of them, and stops at the first that goes too far.
 * Throws `UnreadableDocument`.
 */
export const scanYaml = (text: string): void => {
  if (hasTooManyLines(text)) throw tooMany();
  const count: Count = { nodes: 0, lexemes: 0, aliases: 0, documents: 0, flow: 0, run: 0 };
  let inScalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    // What follows the mark is the text of a scalar, whatever it looks like.
    counted(count, inScalar ? '' : lexeme);
    if (!inScalar && lexeme.startsWith('!') && !coreTag.test(lexeme))
      throw new UnreadableDocument('The document uses a tag, such as !!js: only plain data is read.');
    inScalar = lexeme === scalarMark;
    if (count.flow > deepestLevel || count.run > deepestLevel) throw tooDeep();
    if (count.nodes > mostNodes || count.lexemes > 3 * mostNodes) throw tooMany();
    if (count.aliases > mostAliases) throw tooManyAliases();
    if (count.documents > 1) throw tooManyDocuments();
  }
};
