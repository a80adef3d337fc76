type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member of an object that somebody else wrote; never one that the object inherits. */
export const member = (value: unknown, name: string): unknown =>
  isNode(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** The members of an object; none of anything else. */
export const membersOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  isNode(value) ? Object.entries(value) : [];

/** The items of a list; none of anything else. */
export const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Somebody else's text as it may stand in ours: one line, without control characters, cut to a length. */
export const oneLine = (text: string, length = 200): string =>
  text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, length)
    .trim();

/** A member that is a text with something in it. */
export const textAt = (value: unknown, name: string): string | undefined => {
  const text = member(value, name);
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined;
};

/** The texts of a list; what is no text is passed over. */
export const textsOf = (value: unknown): readonly string[] =>
  itemsOf(value).filter((item) => typeof item === 'string');
