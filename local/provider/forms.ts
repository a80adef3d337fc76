type Attributes = Readonly<Record<string, string>>;

export interface Form {
  readonly action: string;
  readonly method: 'GET' | 'POST';
  /** Names and values that the form sends as it stands. */
  readonly fields: readonly (readonly [string, string])[];
  /** What a person would have to fill in before the form may be sent. */
  readonly missing: readonly string[];
  /** What is written on its buttons, in lower case. */
  readonly buttons: readonly string[];
}

const entities: Attributes = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'", '#x2F': '/' };

const decode = (text: string) => text.replace(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole);

const attributesOf = (tag: string): Attributes =>
  Object.fromEntries(
    [...tag.matchAll(/([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)].map(
      ([, name = '', ...values]) => [name.toLowerCase(), decode(values.join(''))],
    ),
  );

const isSent = (input: Attributes) => {
  const type = (input['type'] ?? 'text').toLowerCase();
  if (input['name'] === undefined || ['submit', 'button', 'reset', 'image', 'file'].includes(type))
    return false;
  return !['checkbox', 'radio'].includes(type) || 'checked' in input;
};

const formOf = (tag: string, content: string): Form => {
  const inputs = [...content.matchAll(/<input\b([^>]*)>/gi)].map(([, text = '']) => attributesOf(text));
  const { action = '', method = 'get' } = attributesOf(tag);
  const labels = [...content.matchAll(/<button\b[^>]*>([\s\S]*?)<\/button>/gi)].map(
    ([, label = '']) => label,
  );
  const submits = inputs.filter((input) => input['type'] === 'submit').map((input) => input['value'] ?? '');
  return {
    action,
    method: method.toLowerCase() === 'post' ? 'POST' : 'GET',
    fields: inputs.filter(isSent).map((input) => [input['name'] ?? '', input['value'] ?? '']),
    missing: inputs
      .filter((input) => 'required' in input && (input['value'] ?? '') === '')
      .map((input) => input['name'] ?? 'a field without a name'),
    buttons: [...labels, ...submits].map((label) =>
      decode(label.replace(/<[^>]*>/g, ''))
        .trim()
        .toLowerCase(),
    ),
  };
};

/** The forms of a page. Enough for plain pages that the server writes; a script's forms are not seen. */
export const formsOf = (html: string): readonly Form[] =>
  [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, tag = '', content = '']) =>
    formOf(tag, content),
  );

/** What a page is called. */
export const titleOf = (html: string): string | undefined => {
  const title = /<title>([^<]*)<\/title>/i.exec(html)?.[1];
  return title === undefined ? undefined : decode(title).trim();
};
