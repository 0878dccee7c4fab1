import { imageTable, noiseTable, predictionTable, runtimeLines, type Table } from './cells.ts';
import type { ParityReport } from './report.ts';

/** Formats the report as sections of a Markdown file. */
export function markdownReport({ model, date, machine, base, outcomes, quick }: ParityReport): string {
  const { cpu, cores, memoryGiB, platform } = machine;
  return [
    `Model \`${model.name}\` (SHA-256 of its graph ${model.onnxSha256.slice(0, 12)}…), ${cpu} (${cores} cores, ${memoryGiB} GiB, ` +
      `${platform}), Node ${machine.node.replace(/^v/, '')}, ${date.slice(0, 10)}. All rows are compared with **${base}**.` +
      (quick ? ' **This was a quick run with few steps.**' : ''),
    runtimeLines(outcomes)
      .map((line) => `- ${line}`)
      .join('\n'),
    '### Noise, golden record, batch',
    markdownTable(noiseTable(outcomes)),
    '### Largest difference of the prediction',
    markdownTable(predictionTable(outcomes)),
    '### Finished images',
    markdownTable(imageTable(outcomes)),
  ].join('\n\n');
}

function markdownTable([heading = [], ...rows]: Table): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = `|---|${heading
    .slice(1)
    .map(() => '---:|')
    .join('')}`;
  return [line(heading), rule, ...rows.map(line)].join('\n');
}
