import { type JsonObject, memoryFiles } from '@isonoise/bundle';
import { exportBundle } from '@isonoise/export';
import { createNetwork, parameterCount, withoutAugmentation } from '@isonoise/network';
import {
  describeAverage,
  loadLatestCheckpoint,
  modelSpecOf,
  parseMetrics,
  trainingSeconds,
} from '@isonoise/train';
import { type Zippable, zipSync } from 'fflate';
import { counted, countOf, duration } from '../text/format.ts';
import { deviceName } from './prepare-run.ts';
import type { RunFiles } from './run-storage.ts';
import { createTabSession } from './tab-session.ts';
import { startTfjsWasm } from './tfjs-reference.ts';
import type { ExportedModel, TfjsWasmAssets } from './training-protocol.ts';

/**
 * Exports the averaged weights of a run's last checkpoint as a zipped bundle, checked against tfjs.
 *
 * @throws IsonoiseError, for example `RUN_CHECKPOINT_NOT_FOUND`
 */
export async function exportRun(run: RunFiles, tfjsWasm: TfjsWasmAssets): Promise<ExportedModel> {
  // 1. The run
  const record = await run.readRecord();
  const { checkpoint } = await loadLatestCheckpoint(run.checkpoints);
  const { config, step, state, loss } = checkpoint;
  const { network, config: networkConfig } = createNetwork(withoutAugmentation(config.network));
  const lines = parseMetrics(await run.metrics.read()).filter((line) => line.step <= step);
  const seconds = Math.round(trainingSeconds(lines, config.batchSize));
  const engine = `onnxruntime-web, ${deviceName(record)}`;

  // 2. The bundle, in memory
  const referenceBackend = startTfjsWasm(tfjsWasm);
  const files = memoryFiles();
  const { comparison } = await exportBundle(files, {
    spec: modelSpecOf(record.name, config, record, network.imageShape),
    network,
    // The config is plain JSON, but JsonObject cannot express the optional fields of its type.
    networkConfig: JSON.parse(JSON.stringify(networkConfig)) as JsonObject,
    theta: state.ema.subarray(0, parameterCount(network.parameters)),
    createSession: await createTabSession(record.device),
    referenceBackend,
    training: {
      dataset: config.dataset,
      images: record.images,
      parameters: parameterCount(network.parameters),
      steps: step,
      plannedSteps: config.steps,
      batchSize: config.batchSize,
      seed: config.seed,
      smoothedLoss: loss.smoothed,
      seconds,
      weights: 'ema',
      engine,
      begun: record.begun,
      ...(config.from === undefined ? {} : { from: { name: config.from.name, sha256: config.from.sha256 } }),
      ...(record.look === undefined ? {} : { look: { ...record.look } }),
    },
    // The sheet has half as many images as the command's sheet, because a tab computes at a third of the command's
    // speed.
    sheet: { count: 10, steps: 20 },
    card: {
      ...(record.origin.kind === 'mnist' ? { datasets: ['mnist'] } : {}),
      training: {
        'Data set': `${config.dataset}, ${countOf(record.images, 'image')}`,
        Steps: `${counted(step)} of ${countOf(config.batchSize, 'image')}`,
        Time: `${duration(1000 * seconds)} in a browser, on ${engine}`,
        Loss: loss.smoothed?.toFixed(5) ?? 'unknown',
        Weights: describeAverage(config.ema),
        ...(config.from === undefined ? {} : { 'Begun with': `the weights of ${config.from.name}` }),
        Seed: config.seed,
      },
    },
  });

  // 3. One file, stored without compression, because weights hardly compress.
  const entries: Zippable = {};
  for (const path of await files.list()) entries[`${record.name}/${path}`] = await files.read(path);
  const zip = zipSync(entries, { level: 0 });
  return { name: record.name, zip, step, largestDifference: comparison.largestDifference };
}
