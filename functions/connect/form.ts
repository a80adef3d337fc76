import { inOrder } from '#shared/domain/fields.ts';
import type { Field } from '#shared/domain/services/field.ts';
import type { Service } from '#shared/domain/services/service.ts';
import type { Reply } from '#shared/entry/http.ts';
import { html, page, type Markup } from '#shared/entry/page.ts';
import { control } from './form-control.ts';
import { formNames } from './submitted.ts';

/** A scope that the person may leave out. */
interface OfferedScope {
  readonly scope: string;
  readonly title?: string | undefined;
  readonly chosen: boolean;
}

/** What the connect page asks for. */
export interface ConnectForm {
  readonly service: { readonly definition: Pick<Service['definition'], 'name' | 'documentationUrl'> };
  readonly fields: readonly Field[];
  readonly scopes: readonly OfferedScope[];
  /** What was wrong with what was filled in before, by the key of the field; `` for the whole. */
  readonly wrong: Readonly<Record<string, string>>;
  /** What was filled in before, but for secrets. */
  readonly filled: Readonly<Record<string, string>>;
}

const checkbox = ({ scope, title, chosen }: OfferedScope): Markup => html`
  <label class="choice">
    <input type="checkbox" name="${formNames.scope}" value="${scope}" ${chosen ? html`checked` : ''} />
    ${title ?? scope}
  </label>
`;

/** The hidden input tells a page without a tick from one that offered nothing to tick. */
const scopes = (offered: readonly OfferedScope[]): Markup => html`
  <fieldset>
    <legend>What the connection may be used for</legend>
    <input type="hidden" name="${formNames.scopesShown}" value="1" />
    ${offered.map(checkbox)}
  </fieldset>
`;

const documentation = ({ name, documentationUrl }: ConnectForm['service']['definition']): Markup | string =>
  documentationUrl === undefined
    ? ''
    : html`<p>
        <a href="${documentationUrl}" target="_blank" rel="noopener noreferrer">Documentation of ${name}</a>
      </p>`;

const own = (values: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(values, key) ? values[key] : undefined;

/** The page that asks a person for the fields of a service; with 422 and a message at each field that was wrong. */
export const formPage = ({ service: { definition }, fields, filled, wrong, ...form }: ConnectForm): Reply => {
  const corrects = Object.keys(wrong).length > 0;
  return page({
    status: corrects ? 422 : 200,
    title: `Connect ${definition.name}`,
    body: html`
      ${corrects ? html`<p role="alert">${own(wrong, '') ?? 'Nothing is connected yet: see what the fields below need.'}</p>` : ''}
      ${documentation(definition)}
      <form method="post">
        ${inOrder(fields).map((field) =>
          control(field, { value: own(filled, field.key), message: own(wrong, field.key) }),
        )}
        ${form.scopes.length > 0 ? scopes(form.scopes) : ''}
        <button>Connect</button>
      </form>
    `,
  });
};
