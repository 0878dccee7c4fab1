import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelSpec } from '@isonoise/bundle';
import type { Dataset } from '@isonoise/data';
import type { Model } from '@isonoise/runtime';
import { loadModel } from '@isonoise/runtime-node';
import { atomicWrite } from '../atomic-write.ts';
import { commandLine, stoppedHint } from '../command-line.ts';
import { CliError, Interrupted } from '../errors.ts';
import { runtimeOptions } from '../machine-flags.ts';
import { refuseRun } from '../model-path.ts';
import { checkOutputFolder } from '../outputs/check-outputs.ts';
import { count as grouped, plural } from '../terminal/format.ts';
import { type Interrupt, listenForInterrupt } from '../terminal/interrupt.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { EVALUATION_SECTION, readCard, sectionOf, writeCard } from './card-section.ts';
import { type Cell, cellName, cellsOf } from './cells.ts';
import { classesOf } from './classes-of.ts';
import { dataNameOf, loadComparisonSet, openFiles } from './comparison-set.ts';
import { dataFeatures } from './data-features.ts';
import { drawCell } from './draw-cell.ts';
import type { EvaluateFlags } from './evaluate-flags.ts';
import { createProgress } from './evaluate-progress.ts';
import { type FeatureNetwork, type ImageFeatures, openFeatureNetwork } from './feature-network.ts';
import { ENOUGH_FOR_FID, headlineOf } from './headline.ts';
import { comparisonKey, keptMeasures } from './kept-measures.ts';
import { chosenRows, type Measures, measure, type Reference, referenceOf } from './measure.ts';
import { qualityPlot } from './quality-plot.ts';
import { fidToReal, headlineText, markdownTable, NOTATION, type ResultRow, terminalTable } from './report.ts';

/** `isonoise evaluate`: draws images with each combination of settings, and compares them with the data set. */
export async function evaluateModel(source: string, flags: EvaluateFlags, terminal: Terminal): Promise<void> {
  await refuseRun('evaluate', source);
  const bundle = await openFiles(source);
  const card = flags.write === true ? await readCard(source) : null;
  const dataName = dataNameOf(flags.dataset, bundle);
  const model = await loadModel(bundle ?? source, runtimeOptions(flags));
  const interrupt = listenForInterrupt(() =>
    terminal.note('\nstopping; finished images are kept. Press Ctrl-C again to quit at once'),
  );
  let network: FeatureNetwork | undefined;
  try {
    const { spec } = model;
    const out = flags.out ?? join('out', 'evaluate', spec.name);
    await checkOutputFolder('--out', out);
    const path = flags.features ?? join('models', `${dataName}-features`, 'model.onnx');
    network = await openFeatureNetwork(path, flags.output, spec.image, flags.threads);
    const cells = cellsOf(flags, spec, `${model.sha256}:${network.identity}`);
    terminal.note(
      `${terminal.colors.bold('isonoise evaluate')} ${spec.name}: ${plural(cells.length, 'combination')} of ${grouped(flags.count)} images, ` +
        `compared with ${dataName} by ${path}`,
    );
    if (headlineOf(flags.count) === 'kid') {
      terminal.note(
        `With fewer than ${grouped(ENOUGH_FOR_FID)} images, compare KID: FID is too high by an amount that depends on the number.`,
      );
    }
    const { training, heldOut } = await loadComparisonSet(dataName, spec.image, terminal);
    const featuresOf = (set: Dataset, from: FeatureNetwork): Promise<ImageFeatures> =>
      dataFeatures(set, from, flags.cache, terminal, interrupt.signal);
    const trainingFeatures = await featuresOf(training, network);
    const heldOutFeatures = heldOut === null ? null : await featuresOf(heldOut, network);
    const reference = referenceOf(trainingFeatures, heldOutFeatures, flags.count);
    const classes = classesOf(spec, training, flags.count);
    const comparison = comparisonKey(training, heldOut, classes);
    const work: Work = { model, network, out, flags, interrupt, terminal, reference, classes, comparison };
    const rows: ResultRow[] = [...(await drawAll(cells, work))];
    if (heldOut !== null && heldOutFeatures !== null) {
      rows.push({ cell: null, measures: realMeasures(heldOut, heldOutFeatures, reference, flags.count) });
    }
    await report(rows, { source, dataName, path, out, spec, flags, terminal });
    if (card !== null) {
      const about =
        `${grouped(flags.count)} images, seed ${flags.seed}, compared with the ${grouped(training.count)} training images of ${dataName} ` +
        `by the features of \`${path}\`. The row "real" has as many held-out images.`;
      await writeCard(
        source,
        card,
        EVALUATION_SECTION,
        sectionOf(rows, about, commandLine(commandOf(source, { ...flags, write: false }))),
      );
      terminal.note(`written into the card of ${source}; the model is sealed again`);
    }
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    throw new Interrupted(stoppedHint('stopped', commandLine(commandOf(source, flags))), interrupt.by, {
      cause: error,
    });
  } finally {
    interrupt.dispose();
    await network?.dispose();
    await model.dispose();
  }
}

interface Work {
  readonly model: Model;
  readonly network: FeatureNetwork;
  readonly out: string;
  readonly flags: EvaluateFlags;
  readonly interrupt: Interrupt;
  readonly terminal: Terminal;
  readonly reference: Reference;
  readonly classes: readonly number[] | null;
  /** Identity of everything that drawn images are compared with. */
  readonly comparison: string;
}

/** Draws and measures the images of all cells. @throws `CLI_INTERRUPTED` */
async function drawAll(cells: readonly Cell[], work: Work): Promise<readonly ResultRow[]> {
  const { model, network, out, flags, interrupt, terminal, reference, classes, comparison } = work;
  const { count, batchSize } = flags;
  const progress = createProgress(
    cells.map((cell) => ({ label: cellName(cell), calls: cell.calls })),
    count,
    terminal,
  );
  const rows: ResultRow[] = [];
  try {
    for (const [i, cell] of cells.entries()) {
      const features = await drawCell(cell, {
        model,
        network,
        out,
        count,
        batchSize,
        signal: interrupt.signal,
        onProgress: (images, isDrawn) => progress.update(i, images, isDrawn),
      });
      if (features === null) throw new CliError('CLI_INTERRUPTED', `evaluate: stopped at ${cellName(cell)}.`);
      const path = join(out, cell.folder, `measures-${count}-${comparison}.json`);
      const measures = await keptMeasures(path, () => measure(features, reference, classes));
      progress.note(`${cellName(cell)}: ${headlineText(measures)}`);
      rows.push({ cell, measures });
    }
  } finally {
    progress.stop();
  }
  return rows;
}

/** Measures held-out images in the same way as drawn ones. */
function realMeasures(set: Dataset, all: ImageFeatures, reference: Reference, count: number): Measures {
  const rows = chosenRows(set.count, count);
  const pick = (values: Float32Array): Float32Array => {
    const width = values.length / set.count;
    const picked = new Float32Array(rows.length * width);
    for (const [i, row] of rows.entries())
      picked.set(values.subarray(row * width, (row + 1) * width), i * width);
    return picked;
  };
  const { labels } = set;
  const classes = labels === undefined ? null : Array.from(rows, (row) => labels[row] ?? -1);
  const { features, width, logits } = all;
  return measure(
    { features: pick(features), width, logits: logits === null ? null : pick(logits) },
    reference,
    classes,
  );
}

interface Report {
  readonly source: string;
  readonly dataName: string;
  readonly path: string;
  readonly out: string;
  readonly spec: ModelSpec;
  readonly flags: EvaluateFlags;
  readonly terminal: Terminal;
}

async function report(rows: readonly ResultRow[], about: Report): Promise<void> {
  const { source, dataName, path, out, spec, flags, terminal } = about;
  const document = {
    model: source,
    dataset: dataName,
    features: path,
    output: flags.output,
    seed: flags.seed,
    count: flags.count,
    rows: rows.map((row) => ({
      images: row.cell === null ? 'real' : 'drawn',
      ...(row.cell === null ? {} : settingsOf(row.cell)),
      fidToReal: fidToReal(row, rows),
      measures: row.measures,
    })),
  };
  await mkdir(out, { recursive: true });
  await atomicWrite(join(out, 'results.json'), `${JSON.stringify(document, null, 2)}\n`);
  const title = `${spec.name}: ${grouped(flags.count)} images, ${dataName}`;
  await atomicWrite(join(out, 'results.md'), `# ${title}\n\n${markdownTable(rows)}\n\n${NOTATION}\n`);
  await atomicWrite(join(out, 'quality.svg'), qualityPlot(rows, title));
  for (const { cell, measures } of rows) {
    if (cell !== null && measures.originality?.copies === true) {
      const share = (100 * measures.originality.closeShare).toFixed(1);
      terminal.warn(
        `${settingsText(cell)}: ${share} % of the images are closer to a training image than 99 % of new images are; the model copies`,
      );
    }
  }
  if (flags.json === true) terminal.json({ ...document, out });
  else {
    terminal.out(terminalTable(rows));
    terminal.note(`\n${NOTATION}\nall measures and a plot: ${out}`);
  }
}

function settingsOf({ sampler, steps, spacing, guidance, calls }: NonNullable<ResultRow['cell']>): object {
  return { sampler, steps, spacing, guidance, calls };
}

function settingsText({ sampler, steps, guidance }: NonNullable<ResultRow['cell']>): string {
  return `${sampler} ${steps}, guidance ${guidance}`;
}

/** The command that resumes a stopped evaluation. */
function commandOf(source: string, flags: EvaluateFlags): readonly string[] {
  const { samplers, steps, spacing, guidance, count, seed, dataset, features, output, out } = flags;
  const lists = { samplers, steps, spacing, guidance };
  const texts = { count, seed, dataset, features, output: output === 'features' ? undefined : output, out };
  return [
    'pnpm',
    'evaluate',
    source,
    ...Object.entries(lists).flatMap(([name, values]) =>
      values === undefined ? [] : [`--${name}`, values.join(',')],
    ),
    ...Object.entries(texts).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}`, String(value)],
    ),
    ...(flags.write === true ? ['--write'] : []),
  ];
}
