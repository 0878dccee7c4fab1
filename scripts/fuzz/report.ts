import type { FuzzResult } from './run-target.ts';

const count = (value: number): string => value.toLocaleString('en-US');

/** The section of docs/reliability.md: a row for each target. */
export function fuzzReport(results: readonly FuzzResult[], command: string): string {
  const rows = results.map(({ target, about, inputs, outcomes, failures }) => {
    const came = [...outcomes]
      .toSorted(([, a], [, b]) => b - a)
      .map(([what, times]) => `${count(times)} ${what}`)
      .join(', ');
    return `| \`${target}\` | ${about} | ${count(inputs)} | ${came} | ${count(failures.length)} |`;
  });
  return `By \`${command}\`. An input is decided by its seed alone; one that fails is printed, as small as it goes.

| target | what is tried | inputs | what came of them | failures |
| ------ | ------------- | -----: | ----------------- | -------: |
${rows.join('\n')}`;
}

/** The same for a terminal, a line for each outcome. */
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
