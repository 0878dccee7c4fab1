import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelSpec } from '@isonoise/bundle';
import { atomicWrite } from '../atomic-write.ts';
import { count as grouped } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { PAIRS_PICTURE } from './card-section.ts';
import type { DrawnTags } from './drawn-tags.ts';
import type { EvaluateFlags } from './evaluate-flags.ts';
import { copies } from './measure.ts';
import { qualityPlot } from './quality-plot.ts';
import { fidToReal, markdownTable, NOTATION, type ResultRow, terminalTable } from './report.ts';

export interface ResultsContext {
  readonly source: string;
  readonly dataName: string;
  /** Path of the feature network. */
  readonly path: string;
  readonly out: string;
  readonly spec: ModelSpec;
  readonly flags: EvaluateFlags;
  readonly terminal: Terminal;
  /** The closest pairs, as SVG. */
  readonly pairs: string;
  /** Tags of the drawn images; undefined for models without tags. */
  readonly tags: DrawnTags | undefined;
}

/** Writes the result files. Prints the table, except with `--json`. @returns the content of `results.json` */
export async function writeResults(rows: readonly ResultRow[], about: ResultsContext): Promise<object> {
  const { source, dataName, path, out, spec, flags, terminal, pairs, tags } = about;
  const document = {
    model: source,
    dataset: dataName,
    features: path,
    output: flags.output,
    guide: flags.guide,
    tags: tags?.text,
    seed: flags.seed,
    count: flags.count,
    rows: rows.map((row) => ({
      images: row.cell === null ? 'real' : 'drawn',
      ...(row.cell === null ? {} : settingsOf(row.cell)),
      fidToReal: fidToReal(row, rows),
      copies: copies(row.measures),
      measures: row.measures,
    })),
  };
  const title = `${spec.name}: ${grouped(flags.count)} images, ${dataName}`;
  const withTags = tags === undefined ? '' : `Tags of the drawn images: ${tags.text}.\n\n`;
  await mkdir(out, { recursive: true });
  await atomicWrite(join(out, 'results.json'), `${JSON.stringify(document, null, 2)}\n`);
  await atomicWrite(
    join(out, 'results.md'),
    `# ${title}\n\n${withTags}${markdownTable(rows)}\n\n${NOTATION}\n\n![Closest pairs](${PAIRS_PICTURE})\n`,
  );
  await atomicWrite(join(out, 'quality.svg'), qualityPlot(rows, title));
  await atomicWrite(join(out, PAIRS_PICTURE), pairs);
  for (const { cell, measures } of rows) {
    if (cell === null || !copies(measures)) continue;
    const share = Math.max(measures.originality?.closeShare ?? 0, measures.pixelOriginality?.closeShare ?? 0);
    terminal.warn(
      `${cell.sampler} ${cell.steps}, guidance ${cell.guidance}: ${(100 * share).toFixed(1)} % of the images are closer to a training image than ` +
        `99 % of new images are, so the model copies. See ${join(out, PAIRS_PICTURE)}.`,
    );
  }
  if (flags.json !== true) {
    terminal.out(terminalTable(rows));
    terminal.note(`\n${NOTATION}\nall measures, a plot and the closest pairs: ${out}`);
  }
  return document;
}

function settingsOf({ sampler, steps, spacing, guidance, calls }: NonNullable<ResultRow['cell']>): object {
  return { sampler, steps, spacing, guidance, calls };
}
