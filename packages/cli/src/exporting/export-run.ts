import { readFile, realpath } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { JsonObject } from '@isonoise/bundle';
import { printable } from '@isonoise/bundle/printable';
import { isDatasetName } from '@isonoise/data/node';
import { type Comparison, type ExportResult, exportBundle } from '@isonoise/export';
import { nodeFiles } from '@isonoise/runtime-node';
import { modelSpecOf, type TrainConfig } from '@isonoise/train';
import { createNetwork, parameterCount } from '@isonoise/unet';
import { CliError } from '../cli-error.ts';
import { commandLine } from '../command-line.ts';
import { createNodeSession } from '../node-session.ts';
import { checkOutputFolder, isWithin } from '../outputs/check-outputs.ts';
import { readRunDirectory } from '../run-directory.ts';
import { bytes, count, duration, table } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { readRunRecord } from '../training/run-record.ts';
import { type CheckpointChoice, pickCheckpoint } from './pick-checkpoint.ts';
import { type Reference, registerReference } from './reference-backend.ts';
import { replaceFolder, requireFree } from './replace-folder.ts';
import { trainingFacts } from './training-facts.ts';

/** Options of `export-onnx` as commander hands them over. */
export interface ExportFlags {
  readonly out: string;
  readonly checkpoint: CheckpointChoice;
  readonly name?: string;
  readonly raw?: boolean;
  readonly fp16?: boolean;
  readonly reference: Reference;
  readonly samples: number;
  readonly sampleSteps: number;
  readonly license?: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `isonoise export-onnx`: a checkpoint of a run as a bundle that was checked before it got its name. */
export async function exportRun(path: string, flags: ExportFlags, terminal: Terminal): Promise<void> {
  const began = performance.now();
  // 1. The run
  await requireUsable(path, flags);
  const run = await readRunDirectory(path);
  const record = await readRunRecord(path);
  const { name: checkpointFile, checkpoint, warnings } = await pickCheckpoint(run.store, flags.checkpoint);
  for (const warning of warnings) terminal.warn(warning);
  requireSteps(flags.sampleSteps, checkpoint.config);
  const { network, config: unet } = createNetwork(checkpoint.config.unet);
  const raw = flags.raw === true;
  const facts = trainingFacts({
    checkpoint,
    record,
    metrics: await run.metrics.read(),
    parameters: parameterCount(network.parameters),
    raw,
  });
  terminal.note(
    `${terminal.colors.bold('isonoise export-onnx')} ${path}, ${checkpointFile}, ${raw ? 'raw' : 'EMA'} weights`,
  );

  // 2. The bundle
  const name = flags.name ?? basename(resolve(flags.out));
  const spec = modelSpecOf(name, checkpoint.config, record.classNames, network.imageShape);
  const lossCurve = await readFile(join(path, 'loss.svg')).catch(() => null);
  const referenceBackend = await registerReference(flags.reference);
  const { dataset } = record.data;
  const result = await replaceFolder(flags.out, flags.force === true, (folder) =>
    exportBundle(nodeFiles(folder), {
      spec,
      network,
      // The config is plain JSON; its type holds optional fields, which JsonObject cannot say.
      unetConfig: JSON.parse(JSON.stringify(unet)) as JsonObject,
      theta: raw ? checkpoint.state.theta : checkpoint.state.ema,
      createSession: createNodeSession({ provider: 'cpu', threads: null }),
      referenceBackend,
      precision: flags.fp16 === true ? 'float16' : 'float32',
      training: facts.manifest,
      sheet: { count: flags.samples, steps: flags.sampleSteps },
      card: {
        ...(flags.license === undefined ? {} : { license: flags.license }),
        ...(isDatasetName(dataset) ? { datasets: [dataset] } : {}),
        training: facts.rows,
        command: `${record.command}\n${commandLine(['isonoise', ...process.argv.slice(2)])}`,
        ...(lossCurve === null ? {} : { sections: { 'Loss curve': '![Loss against steps](loss.svg)' } }),
      },
      ...(lossCurve === null ? {} : { extra: { 'loss.svg': new Uint8Array(lossCurve) } }),
    }),
  );
  report(result, flags, terminal, { seconds: (performance.now() - began) / 1000, step: checkpoint.step });
}

/** What can be known to be wrong before anything is read. @throws CliError `USAGE`, `OUTPUT_EXISTS` */
async function requireUsable(
  path: string,
  { out, name = basename(resolve(out)), samples, force }: ExportFlags,
): Promise<void> {
  const place = await checkOutputFolder('--out', out, { model: true });
  const run = await realpath(path).catch(() => resolve(path));
  if (isWithin(place.real, run) || isWithin(run, place.real)) {
    throw new CliError(
      'USAGE',
      `--out ${out}: lies in the run ${path}, or holds it; expected another folder.`,
    );
  }
  if (name.length > MOST_NAME || printable(name) !== name) {
    throw new CliError(
      'USAGE',
      `--name ${name}: expected at most ${MOST_NAME} characters, none of them a control character.`,
    );
  }
  if (samples > MOST_SAMPLES) {
    throw new CliError(
      'USAGE',
      `--samples ${samples}: expected at most ${MOST_SAMPLES} images on samples.png.`,
    );
  }
  await requireFree(out, force === true);
}

/** Names of models that a bundle may have. */
const MOST_NAME = 200;
/** A sheet of more says nothing more, and takes hours. */
const MOST_SAMPLES = 1024;

/** @throws CliError `USAGE` more steps than the schedule has timesteps */
function requireSteps(steps: number, { schedule }: TrainConfig): void {
  const T = schedule.kind === 'trained' ? schedule.betas.length : schedule.numTrainTimesteps;
  if (steps <= T) return;
  throw new CliError(
    'USAGE',
    `--sample-steps ${steps}: the run's schedule has ${T} timesteps; expected at most as many.`,
  );
}

function report(
  { comparison, drift, manifest, onnxBytes }: ExportResult,
  { out, json }: ExportFlags,
  terminal: Terminal,
  { seconds, step }: { readonly seconds: number; readonly step: number },
): void {
  const total = Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0);
  if (json === true) {
    const { name, files } = manifest;
    terminal.json({ out, name, step, seconds, onnxBytes, comparison, drift, files });
    return;
  }
  const rows: [string, string][] =
    drift === null
      ? [['checked', difference(comparison)]]
      : [
          ['float32', difference(drift.float32)],
          ['float16', difference(comparison)],
          [
            'drift',
            `golden image, float16 to float32: ${drift.image.largest.toExponential(1)} at most, ` +
              `${drift.image.mean.toExponential(1)} on average, in [-1, 1]`,
          ],
        ];
  terminal.out(
    table([
      ...rows,
      ['model.onnx', bytes(onnxBytes)],
      ['bundle', `${out}: ${count(Object.keys(manifest.files).length + 1)} files, ${bytes(total)}`],
      ['time', duration(seconds)],
    ]),
  );
  terminal.note(`\nnext: ${commandLine(['pnpm', 'sample', out, '--seed', '7', '--count', '64'])}`);
}

function difference({ largestDifference, largestValue, backend, batchSizes }: Comparison): string {
  return (
    `largest difference to tfjs (${backend}) ${largestDifference.toExponential(1)}, of values up to ` +
    `${largestValue.toFixed(2)}, at batch sizes ${batchSizes.join(', ')}`
  );
}
