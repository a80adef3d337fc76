/** Base64 of a text that stands somewhere inside of what was encoded: the letters that depend on it alone. */
const inBase64 = (text: string): readonly string[] =>
  [0, 1, 2].map((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]);
    const letters = bytes.toString('base64').replace(/=+$/, '');
    return letters.slice([0, 2, 3][shift], bytes.length % 3 === 0 ? undefined : -1);
  });

const inHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

const percent = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*~._-]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );

const ascii = (json: string): string =>
  json.replace(/[\u007f-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The ways in which a text is written when it is repeated: in a URL, a form, JSON, HTML, base64 and hex. */
export const spellings = (text: string): readonly string[] => {
  const plain = text.toWellFormed();
  const json = JSON.stringify(plain).slice(1, -1);
  const inUrl = encodeURIComponent(plain);
  const base64 = inBase64(plain);
  return [
    plain,
    inUrl,
    percent(plain),
    encodeURIComponent(inUrl),
    new URLSearchParams([['', plain]]).toString().slice(1),
    json,
    json.replaceAll('/', '\\/'),
    ascii(json),
    inHtml(plain),
    ...base64,
    ...base64.map((letters) => letters.replaceAll('+', '-').replaceAll('/', '_')),
    Buffer.from(plain).toString('hex'),
  ];
};
