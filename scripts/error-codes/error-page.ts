import { errorTables } from './error-tables.ts';

const INTRODUCTION = `# Error codes

Every error that isonoise throws on purpose is an \`IsonoiseError\` with a stable \`code\`, a message that says what was found,
what was expected and what to do, and the \`cause\`. \`codeOf(error)\` of \`isonoise\` (or [@isonoise/error](../packages/error))
returns the code of any thrown value. \`DataError\` also has the file, and \`ServerError\` the HTTP status.

The codes of \`server\` without the prefix \`SERVER_\` are part of the HTTP API. Responses of the API may also have a code of
\`runtime\` or \`sampler\`. A code of two packages has two rows with one meaning, and with the advice for each package.

\`pnpm errors\` writes this page from the \`ERROR_CODES\` of the packages.
`;

/** Returns the text of docs/errors.md: a table of all codes, sorted by code and package. */
export function errorPage(): string {
  const rows = Object.entries(errorTables).flatMap(([name, table]) =>
    Object.entries(table).map(([code, { meaning, advice }]) => [`\`${code}\``, name, meaning, advice]),
  );
  rows.sort(([a, p], [b, q]) => (`${a} ${p}` < `${b} ${q}` ? -1 : 1));
  const cells = [['code', 'package', 'meaning', 'what to do'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  // Pad the cells as the formatter pads tables.
  const line = (row: readonly string[], fill = ' '): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width, fill)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  return `${[INTRODUCTION, line(head), line([], '-'), ...body.map((row) => line(row))].join('\n')}\n`;
}
