import { describe, expect, it } from '@jest/globals';
import { formPage, type ConnectForm } from '#functions/connect/form.ts';
import { Fields } from '#shared/domain/services/field.ts';
import { textOf } from '#shared/entry/http.ts';

const script = `"><script>alert('x')</script>&`;

const shown = (fields: unknown, parts: Partial<ConnectForm> = {}) => {
  const reply = formPage({
    service: { definition: { name: 'Acme' } },
    fields: Fields.parse(fields),
    scopes: [],
    wrong: {},
    filled: {},
    ...parts,
  });
  return { status: reply.status, text: textOf(reply).replace(/\s+/g, ' ') };
};

/** The attributes of the element that bears an id. */
const element = (text: string, id: string): Record<string, string> => {
  const [, tag = ''] = new RegExp(`<(\\w+ [^>]*\\bid="${id}"[^>]*)>`).exec(text) ?? [];
  const found = [...tag.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  return Object.fromEntries(found);
};
/** The texts of the elements that an input is described by. */
const descriptions = (text: string, id: string) =>
  (element(text, id)['aria-describedby'] ?? '')
    .split(' ')
    .map((part) => new RegExp(`id="${part}"[^>]*>([^<]*)<`).exec(text)?.[1]);

describe('the form of the connect page', () => {
  it('has a label for each field, bound to its input, in the order that the fields say', () => {
    const { text, status } = shown([
      { key: 'second', title: 'Two', order: 2 },
      { key: 'first', order: 1 },
    ]);
    expect(status).toBe(200);
    expect([...text.matchAll(/<label for="([^"]+)">([^<]*)</g)].map(([, ...found]) => found)).toEqual([
      ['field-first', 'first'],
      ['field-second', 'Two'],
    ]);
    expect(element(text, 'field-first')).toMatchObject({ name: 'first', type: 'text', required: '' });
  });

  it('says which fields may stay empty', () => {
    const { text } = shown([{ key: 'note', required: false }]);
    expect(text).toContain('note (optional)</label>');
    expect(element(text, 'field-note')).not.toHaveProperty('required');
  });

  it('shows prefix and suffix beside the input and help with it, all read out', () => {
    const { text } = shown([{ key: 'sub', prefix: 'https://', suffix: '.acme.com', help: 'Your own part.' }]);
    expect(text).toMatch(/https:\/\/<\/span> <input [^>]*id="field-sub"[^>]*> <span [^>]*>\.acme\.com</);
    expect(descriptions(text, 'field-sub')).toEqual(['Your own part.', 'https://', '.acme.com']);
  });

  it('fills in defaults, and what the person wrote instead of them', () => {
    const fields = [
      { key: 'a', default: 'd' },
      { key: 'b', default: 'd' },
      { key: 'c', required: false, default: 'd' },
    ];
    const { text } = shown(fields, { filled: { b: 'mine', c: '' } });
    expect(['a', 'b', 'c'].map((key) => element(text, `field-${key}`)['value'])).toEqual(['d', 'mine', '']);
  });

  it('shows options as a list to choose from, the default chosen', () => {
    const options = [{ value: 'eu', label: 'Europe' }, { value: 'us' }];
    const { text } = shown([{ key: 'region', options, default: 'us' }]);
    expect(text).toMatch(/<option value="eu" >Europe<\/option> ?<option value="us" selected>us</);
    expect(text).not.toContain('<option value=""');
    expect(element(text, 'field-region')).not.toHaveProperty('type');
  });

  it.each([
    [true, {}, 'Choose'],
    [true, { region: 'gone' }, 'Choose'],
    [false, {}, 'None'],
  ])('chooses nothing for the person: required %s, filled %j', (required, filled, label) => {
    const { text } = shown([{ key: 'region', options: [{ value: 'eu' }], required }], { filled });
    expect(text).toContain(`>${label}</option>`);
    expect(text).not.toMatch(/value="eu" selected/);
  });

  it('hides a secret and never writes it into the page', () => {
    const { text } = shown([{ key: 'api_key', secret: true }], { filled: { api_key: 'planted' } });
    expect(element(text, 'field-api_key')).toMatchObject({ type: 'password', value: '' });
    expect(text).not.toContain('planted');
  });

  it('tells at each field what was wrong with it, bound to the input', () => {
    const { text, status } = shown([{ key: 'a', help: 'Help.' }, { key: 'b' }], {
      wrong: { a: 'This field is needed.' },
    });
    expect(status).toBe(422);
    expect(element(text, 'field-a')['aria-invalid']).toBe('true');
    expect(descriptions(text, 'field-a')).toEqual(['Help.', 'This field is needed.']);
    expect(element(text, 'field-b')).not.toHaveProperty('aria-invalid');
    expect(text).toContain('role="alert"');
  });

  it('leaves patterns to the server, for browsers read another dialect', () => {
    expect(shown([{ key: 'a', pattern: 'sk_' }]).text).not.toContain('pattern=');
  });

  it('links to the documentation in another window that knows nothing of this one', () => {
    const definition = { name: 'Acme', documentationUrl: 'https://acme.example/docs?a=1&b=2' };
    const { text } = shown([], { service: { definition } });
    expect(text).toContain(
      '<a href="https://acme.example/docs?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">',
    );
    expect(shown([]).text).not.toContain('<a ');
  });

  it('offers optional scopes as boxes in a group with a name, and says that it did', () => {
    const { text } = shown([{ key: 'scope' }], {
      scopes: [
        { scope: 'read', title: 'Read', chosen: true },
        { scope: 'write', chosen: false },
      ],
    });
    expect(text).toContain('<fieldset> <legend>');
    expect(text).toContain('<input type="hidden" name="latchkey.scopes_shown" value="1" />');
    expect(text).toMatch(
      /<label class="choice"> <input type="checkbox" name="latchkey.scope" value="read" checked \/> Read </,
    );
    expect(text).toMatch(/value="write" +\/> write </);
    expect(shown([]).text).not.toContain('fieldset>');
  });

  it('escapes all that comes from a definition or a person', () => {
    const { text } = shown(
      [
        {
          key: 'a',
          title: script,
          help: script,
          prefix: script,
          suffix: script,
          default: script,
          required: false,
        },
        { key: 'b', options: [{ value: script, label: script }] },
        { key: 'c' },
      ],
      {
        service: { definition: { name: script } },
        scopes: [{ scope: script, title: script, chosen: true }],
        wrong: { a: script },
        filled: { c: script },
      },
    );
    expect(text).not.toContain('<script');
    expect(text).not.toContain("alert('x')");
    expect(text.match(/&lt;script&gt;/g)).toHaveLength(13);
  });
});
