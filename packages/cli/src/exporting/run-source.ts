import { join } from 'node:path';
import type { JsonObject } from '@isonoise/bundle';
import { isDatasetName } from '@isonoise/data/node';
import { createNetwork, parameterCount } from '@isonoise/network';
import { readRegularFile } from '@isonoise/runtime-node';
import { modelSpecOf } from '@isonoise/train';
import { readRunDirectory } from '../run-directory.ts';
import { readRunRecord } from '../training/run-record.ts';
import type { ExportFlags } from './export-flags.ts';
import type { ExportSource } from './export-source.ts';
import { pickCheckpoint } from './pick-checkpoint.ts';
import { withSamplerFlags } from './sampler-flags.ts';
import { trainingFacts } from './training-facts.ts';

/**
 * Opens a checkpoint of a run for export.
 *
 * @param name of the model
 * @param command the export command, for the card
 */
export async function openRun(
  path: string,
  flags: ExportFlags,
  name: string,
  command: string,
): Promise<ExportSource> {
  const run = await readRunDirectory(path);
  const record = await readRunRecord(path);
  const { name: file, checkpoint, warnings } = await pickCheckpoint(run.store, flags.checkpoint ?? 'latest');
  const { network, config: networkConfig } = createNetwork(checkpoint.config.network);
  const raw = flags.raw === true;
  const facts = trainingFacts({
    checkpoint,
    record,
    metrics: await run.metrics.read(),
    parameters: parameterCount(network.parameters),
    raw,
  });
  const lossCurve = await readRegularFile(join(path, 'loss.svg')).catch(() => null);
  const { dataset } = record.data;
  return {
    spec: withSamplerFlags(
      modelSpecOf(name, checkpoint.config, record.classNames, network.imageShape),
      flags,
    ),
    network,
    // The config is plain JSON, but its TypeScript type has optional fields, which JsonObject does not allow.
    networkConfig: JSON.parse(JSON.stringify(networkConfig)) as JsonObject,
    theta: raw ? checkpoint.state.theta : checkpoint.state.ema,
    precision: 'float32',
    training: facts.manifest,
    card: {
      license: flags.license,
      ...(isDatasetName(dataset) ? { datasets: [dataset] } : {}),
      training: facts.rows,
      command: `${record.command}\n${command}`,
      ...(lossCurve === null ? {} : { sections: { 'Loss curve': '![Loss against steps](loss.svg)' } }),
    },
    ...(lossCurve === null ? {} : { extra: { 'loss.svg': lossCurve } }),
    weights: `${file}, ${raw ? 'raw' : 'EMA'} weights`,
    step: checkpoint.step,
    warnings,
  };
}
