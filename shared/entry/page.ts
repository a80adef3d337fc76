import { createHash } from 'node:crypto';
import type { Reply } from './http.ts';

/** Markup whose every value is escaped. */
export interface Markup {
  readonly markup: string;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

type Value = string | Markup | readonly Markup[];

const render = (value: Value): string => {
  if (typeof value === 'string') return value.replace(/[&<>"']/g, (character) => entities[character] ?? '');
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('');
};

/** Writes markup; what stands in `${}` is escaped unless it is markup itself. */
export const html = (parts: TemplateStringsArray, ...values: readonly Value[]): Markup => ({
  markup: parts.map((part, index) => part + render(values[index] ?? '')).join(''),
});

const style = `
body { font: 16px/1.5 system-ui, sans-serif; color: #1c1c1e; background: #f5f5f7; margin: 0; }
main { max-width: 26rem; margin: 12vh auto; padding: 2rem; background: #fff; border-radius: 12px; box-shadow: 0 1px 4px #0002; }
h1 { font-size: 1.3rem; margin: 0 0 1rem; }
label { display: block; margin: 1rem 0; font-weight: 600; }
input { display: block; width: 100%; box-sizing: border-box; margin-top: .3rem; padding: .6rem; font: inherit; border: 1px solid #8e8e93; border-radius: 8px; }
.affixed { display: flex; align-items: center; gap: .4rem; }
.affixed span { color: #57575c; margin-top: .3rem; overflow-wrap: anywhere; max-width: 45%; }
.affixed input { width: auto; flex: 1; min-width: 6rem; }
.field { margin: 1rem 0; }
.field label { margin: 0; }
select { display: block; width: 100%; margin-top: .3rem; padding: .6rem; font: inherit; border: 1px solid #8e8e93; border-radius: 8px; background: #fff; }
fieldset { border: 1px solid #8e8e93; border-radius: 8px; margin: 1rem 0; }
legend { font-weight: 600; }
.choice { font-weight: 400; margin: .4rem 0; }
.choice input { display: inline-block; width: auto; margin: 0 .4rem 0 0; }
small { display: block; font-weight: 400; color: #57575c; }
strong { display: block; color: #b3261e; }
button, .button { display: inline-block; padding: .6rem 1.2rem; font: inherit; font-weight: 600; color: #fff; background: #0b57d0; border: 0; border-radius: 8px; text-decoration: none; cursor: pointer; }
`;

/** As one piece: the policy allows the style by the hash of its very bytes. */
const styleElement = { markup: `<style>${style}</style>` };

const styleHash = createHash('sha256').update(style).digest('base64');

/** Nothing but our own style runs or loads; a form may lead on to the provider's page. */
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self' https: http://localhost:* http://127.0.0.1:*; frame-ancestors 'none'; base-uri 'none'`;

const safety = [
  ['content-security-policy', policy],
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
  ['cache-control', 'no-store'],
] as const;

interface PageInput {
  readonly status?: number;
  readonly title: string;
  readonly body: Markup;
}

/** A page for a person. */
export const page = ({ status = 200, title, body }: PageInput): Reply => ({
  status,
  headers: [['content-type', 'text/html; charset=utf-8'], ...safety],
  body: `<!doctype html>${
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        ${styleElement}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`.markup
  }`,
});

/** Sends the person on with GET (RFC 9110 §15.4.4). */
export const redirect = (url: string): Reply => ({
  status: 303,
  headers: [['location', url], ...safety],
  body: undefined,
});
