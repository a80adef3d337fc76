type Row = Readonly<Record<string, string>>;

const numeric = /^[+−-]?\d[\d,.]*$/;

/** Rows as text with aligned columns, named by the keys of the first row. Columns of figures stand to the right. */
export const table = (rows: readonly Row[]): string => {
  const columns = Object.keys(rows[0] ?? {}).map((name) => {
    const cells = rows.map((row) => row[name] ?? '');
    const width = Math.max(name.length, ...cells.map(({ length }) => length));
    const right = cells.every((cell) => cell === '' || numeric.test(cell));
    const pad = (text: string) => (right ? text.padStart(width) : text.padEnd(width));
    return { head: pad(name), cells: cells.map(pad) };
  });
  const lines = [
    columns.map(({ head }) => head),
    ...rows.map((_, place) => columns.map(({ cells }) => cells[place] ?? '')),
  ];
  return lines.map((line) => line.join('  ').trimEnd()).join('\n');
};
