import type { Field } from '#shared/domain/services/field.ts';
import { html, type Markup } from '#shared/entry/page.ts';

/** How a field stands when it is shown. */
interface Shown {
  /** What was filled in before; never of a secret. */
  readonly value: string | undefined;
  /** What was wrong with it. */
  readonly message: string | undefined;
}

const ids = (key: string) => ({
  input: `field-${key}`,
  help: `field-${key}-help`,
  prefix: `field-${key}-prefix`,
  suffix: `field-${key}-suffix`,
  error: `field-${key}-error`,
});

/** What is read out with the input: its help, what stands around it, and what was wrong. */
const description = ({ key, help, prefix, suffix, options }: Field, { message }: Shown): Markup | string => {
  const { help: helpId, prefix: prefixId, suffix: suffixId, error } = ids(key);
  const described = [
    ...(help === undefined ? [] : [helpId]),
    ...(prefix === undefined || options ? [] : [prefixId]),
    ...(suffix === undefined || options ? [] : [suffixId]),
    ...(message === undefined ? [] : [error]),
  ];
  return described.length === 0 ? '' : html`aria-describedby="${described.join(' ')}"`;
};

const type = ({ options, secret }: Field): Markup | string =>
  options ? '' : html`type="${secret ? 'password' : 'text'}"`;

const attributes = (field: Field, shown: Shown): Markup => html`
  id="${ids(field.key).input}" name="${field.key}" ${type(field)} ${field.required ? html`required` : ''}
  ${description(field, shown)} ${shown.message === undefined ? '' : html`aria-invalid="true"`}
`;

const initial = (field: Field, { value }: Shown): string => value ?? field.default ?? '';

const select = (field: Field, shown: Shown): Markup => {
  const current = initial(field, shown);
  const option = (value: string, label: string) =>
    html`<option value="${value}" ${value === current ? html`selected` : ''}>${label}</option>`;
  const options = field.options ?? [];
  const choices = options.map(({ value, label }) => option(value, label ?? value));
  const chosen = field.required && options.some(({ value }) => value === current);
  return html`
    <select ${attributes(field, shown)}>
      ${chosen ? choices : [option('', field.required ? 'Choose' : 'None'), ...choices]}
    </select>
  `;
};

const affix = (text: string | undefined, id: string): Markup | string =>
  text === undefined ? '' : html`<span id="${id}">${text}</span>`;

/** The pattern is left to the server: browsers read it as another dialect, and before prefix and suffix are taken off. */
const input = (field: Field, shown: Shown): Markup => {
  const { key, prefix, suffix, secret } = field;
  return html`
    <div class="affixed">
      ${affix(prefix, ids(key).prefix)}
      <input
        ${attributes(field, shown)}
        value="${secret ? '' : initial(field, shown)}"
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
      />
      ${affix(suffix, ids(key).suffix)}
    </div>
  `;
};

/** A field with its label, its help and what was wrong with it, each bound to the input. */
export const control = (field: Field, shown: Shown): Markup => {
  const { key, title, help, required, options } = field;
  const { input: inputId, help: helpId, error } = ids(key);
  return html`
    <div class="field">
      <label for="${inputId}">${title ?? key}${required ? '' : ' (optional)'}</label>
      ${help === undefined ? '' : html`<small id="${helpId}">${help}</small>`}
      ${options ? select(field, shown) : input(field, shown)}
      ${shown.message === undefined ? '' : html`<strong id="${error}">${shown.message}</strong>`}
    </div>
  `;
};
