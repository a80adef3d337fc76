/** `{{name}}`: letters, digits, dots, dashes and underscores, with spaces allowed around. */
const placeholder = /\{\{\s*([\w.-]+)\s*\}\}/g;

/** The names that a template asks for, each once. */
export const placeholders = (template: string): readonly string[] => [
  ...new Set([...template.matchAll(placeholder)].map((match) => match[1] ?? '')),
];

/** A placeholder that nothing fills. The message holds its name, never a value. */
export class UnfilledPlaceholder extends Error {
  readonly placeholder: string;

  constructor(name: string) {
    super(`Nothing fills the placeholder {{${name}}}.`);
    this.placeholder = name;
  }
}

/**
 * Fills a template in one pass: what a value holds is never expanded again.
 * `encode` is applied to each value, such as percent-encoding inside a URL. Throws `UnfilledPlaceholder`.
 */
export const fill = (
  template: string,
  values: Readonly<Record<string, string>>,
  encode: (value: string) => string = (value) => value,
): string =>
  template.replace(placeholder, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new UnfilledPlaceholder(name);
    return encode(value);
  });
