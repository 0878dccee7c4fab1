import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { JsonObject } from '@isonoise/bundle';
import { isDatasetName } from '@isonoise/data/node';
import { type Comparison, type ExportResult, exportBundle } from '@isonoise/export';
import { nodeFiles } from '@isonoise/runtime-node';
import { modelSpecOf } from '@isonoise/train';
import { createNetwork, parameterCount } from '@isonoise/unet';
import { commandLine } from '../command-line.ts';
import { createNodeSession } from '../node-session.ts';
import { readRunDirectory } from '../run-directory.ts';
import { bytes, count, duration, table } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { readRunRecord } from '../training/run-record.ts';
import { type CheckpointChoice, pickCheckpoint } from './pick-checkpoint.ts';
import { type Reference, registerReference } from './reference-backend.ts';
import { replaceFolder } from './replace-folder.ts';
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
  const run = await readRunDirectory(path);
  const record = await readRunRecord(path);
  const { name: checkpointFile, checkpoint, warnings } = await pickCheckpoint(run.store, flags.checkpoint);
  for (const warning of warnings) terminal.warn(warning);
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

function report(
  { comparison, drift, manifest, onnxBytes }: ExportResult,
  { out, json }: ExportFlags,
  terminal: Terminal,
  { seconds, step }: { readonly seconds: number; readonly step: number },
): void {
  const total = Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0);
  if (json === true) {
    const { name, files } = manifest;
    terminal.out(JSON.stringify({ out, name, step, seconds, onnxBytes, comparison, drift, files }));
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
