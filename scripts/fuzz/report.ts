import type { FuzzResult } from './run-target.ts';

const count = (value: number): string => value.toLocaleString('en-US');

/** Formats the section of docs/reliability.md, with a row for each target. */
export function fuzzReport(results: readonly FuzzResult[], command: string): string {
  const rows = results.map(({ target, about, inputs, outcomes, failures }) => {
    const came = [...outcomes]
      .toSorted(([, a], [, b]) => b - a)
      .map(([what, times]) => `${count(times)} ${what}`)
      .join(', ');
    return `| \`${target}\` | ${about} | ${count(inputs)} | ${came} | ${count(failures.length)} |`;
  });
  return `Measured with \`${command}\`. Each input depends only on its seed. An outcome is \`read\`, or the
error code of rejected inputs; only the target \`trace\` has other outcomes.

| target | subject | inputs | outcomes | failures |
| ------ | ------- | -----: | -------- | -------: |
${rows.join('\n')}`;
}

/** Formats the result of one target for a terminal, with a line for each outcome. */
export function terminalReport({
  target,
  inputs,
  seconds,
  outcomes,
  failures,
  firstSeed,
}: FuzzResult): string {
  const lines = [...outcomes]
    .toSorted(([, a], [, b]) => b - a)
    .map(([what, times]) => `  ${count(times).padStart(9)}  ${what}`);
  const head = `${target}: ${count(inputs)} inputs in ${seconds.toFixed(1)} s, seeds ${firstSeed} to ${firstSeed + inputs - 1}`;
  return [head, ...lines, `  ${count(failures.length).padStart(9)}  failures`].join('\n');
}
