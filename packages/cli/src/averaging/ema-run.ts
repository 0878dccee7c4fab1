import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { createNetwork } from '@isonoise/network';
import { modelSpecOf, reconstructAverages } from '@isonoise/train';
import { atomicWrite } from '../atomic-write.ts';
import { commandLine, stoppedHint } from '../command-line.ts';
import { Interrupted } from '../errors.ts';
import { classesOf } from '../evaluating/classes-of.ts';
import { loadComparisonSet } from '../evaluating/comparison-set.ts';
import { dataFeatures } from '../evaluating/data-features.ts';
import { defaultFeatures } from '../evaluating/default-features.ts';
import { drawnTags } from '../evaluating/drawn-tags.ts';
import { requireEnough } from '../evaluating/enough-images.ts';
import { type FeatureNetwork, openFeatureNetwork } from '../evaluating/feature-network.ts';
import { comparisonKey } from '../evaluating/kept-measures.ts';
import { type Measures, referenceOf } from '../evaluating/measure.ts';
import { NOTATION } from '../evaluating/report.ts';
import { splitOfRun } from '../evaluating/trained-split.ts';
import { pickCheckpoint } from '../exporting/pick-checkpoint.ts';
import { checkOutputFolder } from '../outputs/check-outputs.ts';
import { readRunDirectory } from '../run-directory.ts';
import { alignedColumns, markdownColumns } from '../terminal/columns.ts';
import { count as grouped, plural } from '../terminal/format.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { readRunRecord } from '../training/run-record.ts';
import { writeEmaChoice } from './ema-choice.ts';
import { resumeCommand } from './ema-command.ts';
import type { EmaFlags } from './ema-flags.ts';
import { type EmaRow, emaCells, emaPlot } from './ema-report.ts';
import { averageCell, measureAverages } from './measure-averages.ts';

/** Lengths (σ_rel) that are tried by default, besides those that the run tracks. */
const LENGTHS = [0.02, 0.03, 0.04, 0.05, 0.065, 0.08, 0.1, 0.125, 0.15, 0.2, 0.25];

/**
 * `isonoise ema`: reconstructs averages of several lengths from the snapshots of a run, measures the FID of
 * each, and records the average with the smallest FID in `ema.json` of the run.
 *
 * @throws `CLI_INTERRUPTED` if a signal stops the command; errors of reading the run, the images and the features
 */
export async function emaRun(path: string, flags: EmaFlags, terminal: Terminal): Promise<void> {
  const run = await readRunDirectory(path);
  const record = await readRunRecord(path);
  const { name: file, checkpoint, warnings } = await pickCheckpoint(run.store, flags.checkpoint ?? 'latest');
  const { ema } = checkpoint.config;
  const tracked: readonly number[] = ema.kind === 'power' ? ema.lengths : [];
  const lengths = [...new Set([...(flags.lengths ?? LENGTHS), ...tracked])].sort((a, b) => a - b);
  const { averages, damaged } = await reconstructAverages(run.store, checkpoint, lengths);
  for (const warning of warnings) terminal.warn(warning);
  for (const { name, error } of damaged) terminal.warn(`${name} could not be used: ${error.message}`);

  const name = basename(resolve(path));
  const { network } = createNetwork(checkpoint.config.network);
  const spec = modelSpecOf(name, checkpoint.config, record, network.imageShape);
  const out = flags.out ?? join('out', 'ema', name);
  await checkOutputFolder('--out', out);
  const dataName = flags.dataset ?? record.data.dataset;
  const featuresPath = flags.features ?? (await defaultFeatures(dataName, spec.image));
  const interrupt = listenForInterrupt(() =>
    terminal.note('\nstopping; finished images are kept. Press Ctrl-C again to quit at once'),
  );
  let features: FeatureNetwork | undefined;
  try {
    features = await openFeatureNetwork(featuresPath, flags.output, spec.image, flags.threads);
    terminal.note(
      `${terminal.colors.bold('isonoise ema')} ${path}, ${file}: ${plural(averages.length, 'average')}, ${grouped(flags.count)} images ` +
        `of each, compared with ${dataName} by ${featuresPath}`,
    );
    const { training } = await loadComparisonSet(dataName, spec, splitOfRun(record), record.data, terminal);
    requireEnough(training);
    const tags = drawnTags(spec, flags, training, terminal);
    const trainingFeatures = await dataFeatures(training, features, flags.cache, terminal, interrupt.signal);
    const classes = classesOf(spec, training, features, flags.count);
    const measured = await measureAverages(averages, {
      network,
      spec,
      features,
      out,
      flags,
      interrupt,
      terminal,
      reference: referenceOf(trainingFeatures, null, flags.count),
      classes,
      tags,
      comparison: comparisonKey(training, null, classes),
    });
    const best = Math.min(...measured.map(({ fid }) => fid));
    const rows = averages.map(({ length, error }, i): EmaRow => {
      const measures = measured[i] as Measures;
      return { length, error, tracked: tracked.includes(length), kept: measures.fid === best, measures };
    });
    const { sampler, steps } = averageCell(flags, spec, '', tags);
    const drawn = { sampler, steps, guidance: flags.guidance, seed: flags.seed, count: flags.count };
    const settings = { ...drawn, ...(tags !== undefined && { tags: tags.text }) };
    const kept = rows.find((row) => row.kept) as EmaRow;
    await writeEmaChoice(path, {
      step: checkpoint.step,
      length: kept.length,
      fid: kept.measures.fid,
      measured: { dataset: dataName, features: featuresPath, ...settings },
    });
    await mkdir(out, { recursive: true });
    const document = {
      run: path,
      step: checkpoint.step,
      dataset: dataName,
      features: featuresPath,
      output: flags.output,
      ...settings,
      kept: kept.length,
      rows,
    };
    const title = `${name}, step ${grouped(checkpoint.step)}: ${grouped(flags.count)} images of each average, ${dataName}`;
    await atomicWrite(join(out, 'results.json'), `${JSON.stringify(document, null, 2)}\n`);
    await atomicWrite(
      join(out, 'results.md'),
      `# ${title}\n\n${tags === undefined ? '' : `Tags of the drawn images: ${tags.text}.\n\n`}${markdownColumns(emaCells(rows))}\n\n${NOTATION}\n`,
    );
    await atomicWrite(join(out, 'fid.svg'), emaPlot(rows, title));
    if (flags.json === true) terminal.json({ ...document, out });
    else {
      terminal.out(alignedColumns(emaCells(rows)));
      terminal.note(
        `\n${NOTATION}\nkept: length ${kept.length}, in ${join(path, 'ema.json')}; table and plot: ${out}\n` +
          `next: ${commandLine(['pnpm', 'export-onnx', path, '--out', `models/${name}`])}`,
      );
    }
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    throw new Interrupted(stoppedHint('stopped', resumeCommand(path, flags)), interrupt.by, { cause: error });
  } finally {
    interrupt.dispose();
    await features?.dispose();
  }
}
