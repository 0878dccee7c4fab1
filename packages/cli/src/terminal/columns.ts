/**
 * Formats cells in aligned columns. The first column is aligned to the left, all other columns to the right.
 */
export function alignedColumns(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Formats cells as a Markdown table. The first line contains the titles of the columns. */
export function markdownColumns([titles = [], ...lines]: readonly (readonly string[])[]): string {
  const row = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  return [row(titles), row(titles.map((_, i) => (i === 0 ? '---' : '---:'))), ...lines.map(row)].join('\n');
}
