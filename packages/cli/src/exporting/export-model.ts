import { basename, resolve } from 'node:path';
import type { BundleFiles } from '@isonoise/bundle';
import { type Comparison, type ExportResult, exportBundle, type Precision } from '@isonoise/export';
import type { SampleStep } from '@isonoise/sampler';
import { commandLine } from '../command-line.ts';
import { refuseDiffusers } from '../model-path.ts';
import { createNodeSession } from '../node-session.ts';
import { bytes, duration, plural, table } from '../terminal/format.ts';
import { createProgressBar } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { checkExport, requireSteps } from './check-export.ts';
import { type ExportFlags, requestedPrecision } from './export-flags.ts';
import { GUIDE_SUFFIX, isModel } from './export-source.ts';
import { cardSections, lostSections } from './lost-sections.ts';
import { openModel } from './model-source.ts';
import { outputFiles } from './output-files.ts';
import { registerReference } from './reference-backend.ts';
import { replaceFolder } from './replace-folder.ts';
import { keepSections, type WrittenModel } from './replaced-card.ts';
import { guideFolder, openRun } from './run-source.ts';
import { checkSingleFile, writeSingleFile } from './write-single-file.ts';

/**
 * `isonoise export-onnx`: exports a checkpoint of a run, or re-exports a model, as a bundle. The folder gets
 * its final name after the bundle is checked.
 */
export async function exportModel(path: string, flags: ExportFlags, terminal: Terminal): Promise<void> {
  const began = performance.now();
  const command = commandLine(['isonoise', ...process.argv.slice(2)]);
  const name = flags.name ?? basename(resolve(flags.out));
  const model = await isModel(path);
  const kind = model ? 'model' : 'run';
  const isItself = await checkExport(path, flags, name, kind);
  await checkSingleFile(path, flags);
  if (flags.guideFrom !== undefined) {
    const guideFlags = { ...flags, out: guideFolder(flags.out) };
    await checkExport(path, guideFlags, `${name}${GUIDE_SUFFIX}`, kind);
    await checkSingleFile(path, guideFlags);
  }
  await refuseDiffusers('export-onnx', path);
  const source = await (model ? openModel : openRun)(path, flags, name, command);
  requireSteps(flags, source.spec.scheduler.num_train_timesteps);
  for (const warning of [...source.warnings, ...(source.guide?.warnings ?? [])]) terminal.warn(warning);
  terminal.note(`${terminal.colors.bold('isonoise export-onnx')} ${path}, ${source.weights}`);

  // The guide is exported first, because the card of the model refers to it.
  const guide = source.guide && {
    out: guideFolder(flags.out),
    result: await replaceModel(source.guide, guideFolder(flags.out), flags, terminal),
    step: source.guide.step,
  };
  if (source.guide !== undefined && guide !== undefined) {
    terminal.note(`guide ${guide.out}: ${source.guide.weights}`);
  }
  // If a re-export replaces its own model, `openModel` has already kept the sections of the card or warned
  // about them.
  const precision = requestedPrecision(flags) ?? source.precision;
  const result = isItself
    ? await exportSource({ content: async () => source, precision }, flags.out, flags, terminal)
    : await replaceModel(source, flags.out, flags, terminal);
  const rows = await writeSingleFile(result, flags);
  report(result, flags, terminal, {
    seconds: (performance.now() - began) / 1000,
    step: source.step,
    rows,
    guide: guide && { out: guide.out, step: guide.step, files: guide.result.manifest.files },
  });
}

/**
 * Writes a model with {@link exportSource}. If the old model has the same weights, the sections of its card that still
 * apply are kept. A warning lists the sections that are lost.
 */
export async function replaceModel(
  source: WrittenModel,
  out: string,
  flags: ExportFlags,
  terminal: Terminal,
  check?: WriteCheck,
): Promise<ExportResult> {
  const precision = requestedPrecision(flags) ?? source.precision;
  let before: readonly string[] = [];
  const content = async (): Promise<WrittenModel> => {
    before = await cardSections(out);
    return keepSections(out, source, precision);
  };
  const result = await exportSource({ content, precision }, out, flags, terminal, check);
  const lost = await lostSections(out, before);
  if (lost !== null) terminal.warn(lost);
  return result;
}

/**
 * A check of the written files before the folder gets its final name. The promise rejects if the files are not valid.
 */
type WriteCheck = (files: BundleFiles, result: ExportResult) => Promise<void>;

/** A model to write. */
interface Written {
  /**
   * Returns the content of the model. The call happens while the folder is locked, so this function can read the
   * replaced model.
   */
  readonly content: () => Promise<WrittenModel>;
  readonly precision: Precision;
}

/** Writes a model. The folder appears only when all files are complete and checked. */
async function exportSource(
  { content, precision }: Written,
  out: string,
  flags: ExportFlags,
  terminal: Terminal,
  check?: WriteCheck,
): Promise<ExportResult> {
  const referenceBackend = await registerReference(flags.reference);
  const sheet = sheetProgress(terminal);
  return replaceFolder(out, flags.force === true, async (folder) => {
    const source = await content();
    const { spec, network, networkConfig, theta, training, card, extra } = source;
    const files = outputFiles(folder, out);
    const result = await exportBundle(files, {
      spec,
      network,
      networkConfig,
      theta,
      createSession: createNodeSession({ provider: 'cpu', threads: null }),
      referenceBackend,
      precision,
      halfWeights: flags.halfWeights ?? source.halfWeights,
      sheet: { count: flags.samples, steps: flags.sampleSteps, onStep: sheet.onStep },
      card,
      training,
      extra,
    }).finally(sheet.stop);
    await check?.(files, result);
    return result;
  });
}

/** Facts about an export that its result does not contain. */
export interface ExportFacts {
  readonly seconds: number;
  readonly step: number | null;
  readonly guide?: { readonly out: string; readonly step: number | null; readonly files: object } | undefined;
  /** Further rows of the table. */
  readonly rows?: readonly (readonly [string, string])[];
  /** Difference from a recorded output. Only `--json` prints it. */
  readonly recorded?: object | null;
}

/** If the sheet is drawn with more steps than this, it takes much longer than the rest of the export. */
const MANY_STEPS = 100;

/** Creates a progress bar for drawing the sheet; it appears at the first step. */
function sheetProgress(terminal: Terminal): { onStep(step: SampleStep): void; stop(): void } {
  let bar: ReturnType<typeof createProgressBar> | undefined;
  let first = 0;
  return {
    onStep({ step, steps }) {
      if (bar === undefined) {
        first = performance.now();
        if (steps > MANY_STEPS)
          terminal.note(`samples.png is drawn with ${steps} steps; fewer steps (--sample-steps) are faster`);
      }
      bar ??= createProgressBar(terminal, { label: 'samples', total: steps });
      // The duration of the first step is unknown, because its start is unknown.
      const perStep = (performance.now() - first) / (step - 1);
      bar.update(step, step === 1 ? 'started' : `${duration((perStep * (steps - step)) / 1000)} left`);
    },
    stop: () => bar?.stop(),
  };
}

/** Prints the result of an export. */
export function report(
  { precision, comparison, drift, manifest, onnxBytes }: ExportResult,
  { out, json }: ExportFlags,
  terminal: Terminal,
  { seconds, step, guide, rows: more = [], ...others }: ExportFacts,
): void {
  const total = Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0);
  if (json === true) {
    const { name, files } = manifest;
    terminal.json({
      out,
      name,
      step,
      seconds,
      precision,
      onnxBytes,
      comparison,
      drift,
      files,
      guide,
      ...others,
    });
    return;
  }
  const rows: [string, string][] =
    drift === null
      ? [['checked', difference(comparison)]]
      : [
          ['float32', difference(drift.float32)],
          [precision, difference(comparison)],
          [
            'drift',
            `golden image, ${precision} against float32: ${drift.image.largest.toExponential(1)} at most, ` +
              `${drift.image.mean.toExponential(1)} on average, in [-1, 1]`,
          ],
        ];
  terminal.out(
    table([
      ...rows,
      ...more,
      ['model.onnx', bytes(onnxBytes)],
      ['bundle', `${out}: ${plural(Object.keys(manifest.files).length + 1, 'file')}, ${bytes(total)}`],
      ['time', duration(seconds)],
    ]),
  );
  const guided = guide === undefined ? [] : ['--guide', guide.out, '--guidance', '2'];
  terminal.note(`\nnext: ${commandLine(['pnpm', 'sample', out, ...guided, '--seed', '7', '--count', '64'])}`);
}

function difference({ largestDifference, largestValue, backend, batchSizes }: Comparison): string {
  return (
    `largest difference from tfjs (${backend}) ${largestDifference.toExponential(1)}, of values up to ` +
    `${largestValue.toFixed(2)}, at batch sizes ${batchSizes.join(', ')}`
  );
}
