const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => escapes[character] ?? '');

const style = `body { font: 1rem/1.5 system-ui, sans-serif; max-width: 26rem; margin: 10vh auto; padding: 0 1rem }
form { display: inline } button { font: inherit; padding: .4rem 1.2rem }`;

/** Pages load nothing and stand in no frame. Where a form may lead is left open: it ends at the client's own address. */
export const pageHeaders = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
} as const;

const page = (title: string, body: string) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title>
<style>${style}</style></head>
<body><main><h1>${escapeHtml(title)}</h1>
${body}
</main></body>
</html>`;

/** The page that asks the person: who asks for what, and one button each for yes and no. */
export const consentPage = (asked: {
  uid: string;
  client: string;
  scopes: readonly string[];
  account: string;
}) => {
  const button = (path: string, label: string) =>
    `<form method="post" action="/interaction/${escapeHtml(asked.uid)}/${path}"><button type="submit">${label}</button></form>`;
  return page(
    'Demo provider',
    `<p><strong>${escapeHtml(asked.client)}</strong> asks to use the account <strong>${escapeHtml(asked.account)}</strong> for:</p>
<ul>${asked.scopes.map((scope) => `<li>${escapeHtml(scope)}</li>`).join('')}</ul>
${button('confirm', 'Allow')} ${button('abort', 'Deny')}`,
  );
};

/** The page for a request that cannot go on: the code of RFC 6749 (section 4.1.2.1) and what it means. */
export const errorPage = (error: string, description = 'Go back to where you came from and start again.') =>
  page(`Demo provider: ${error}`, `<p>${escapeHtml(description)}</p>`);
