import { plural, printable } from '@isonoise/error';
import { CHECKS, type PackageReport } from './check-package.ts';

/** The functions of picocolors that the table uses. */
export interface TableColors {
  bold(text: string): string;
  green(text: string): string;
  red(text: string): string;
}

const HEAD = ['package', 'version', 'tarball', 'files', ...CHECKS] as const;
const RIGHT: readonly (typeof HEAD)[number][] = ['tarball', 'files'];

/**
 * Formats a table of packages for a terminal: a row for each package, with its problems below.
 *
 * @returns text without a final newline
 */
export function releaseTable(reports: readonly PackageReport[], colors: TableColors): string {
  const rows = reports.map((report) => [
    report.name,
    report.version,
    `${(report.bytes / 1000).toFixed(1)} kB`,
    String(report.files),
    ...CHECKS.map((check) => verdict(report.problems[check])),
  ]);
  const widths = HEAD.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => {
        const width = widths[i] ?? 0;
        const right = RIGHT.some((head) => head === HEAD[i]);
        return right ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const body = reports.flatMap((report, i) => [
    line(rows[i] ?? []),
    ...CHECKS.flatMap((check) =>
      report.problems[check].map((problem) => colors.red(`    ${check}: ${printable(problem)}`)),
    ),
  ]);
  const bytes = reports.reduce((sum, report) => sum + report.bytes, 0);
  const total = `${plural(reports.length, 'package')}, ${(bytes / 1000).toFixed(1)} kB`;
  const found = problemCount(reports);
  const outcome = found === 0 ? colors.green('no problems') : colors.red(plural(found, 'problem'));
  return [colors.bold(line(HEAD)), ...body, `${total}, ${outcome}`].join('\n');
}

/** Counts the problems of all packages. */
export function problemCount(reports: readonly PackageReport[]): number {
  return reports.flatMap(({ problems }) => Object.values(problems).flat()).length;
}

const verdict = (problems: readonly string[]): string =>
  problems.length === 0 ? 'ok' : plural(problems.length, 'problem');
