import { join, resolve } from 'node:path';
import {
  DataError,
  type Dataset,
  defaultHoldout,
  type HeldOut,
  type HoldoutRule,
  holdOut,
  lookOf,
  lookRecord,
  tagCounts,
} from '@isonoise/data';
import { heldOutFolder, isDatasetName } from '@isonoise/data/node';
import { createNetwork, type Network } from '@isonoise/network';
import {
  type BaseModel,
  type BaseWeights,
  checkpointSteps,
  type DataRecord,
  fitWeights,
  requireSameRun,
  type TrainConfig,
} from '@isonoise/train';
import { commandLine } from '../command-line.ts';
import { lookNote } from '../look-note.ts';
import { checkOutputFolder } from '../outputs/check-outputs.ts';
import { type RunFiles, readRunDirectory, runFiles } from '../run-directory.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { assembleConfig, resumedConfig } from './assemble-config.ts';
import { chosenData, chosenDataset, chosenEngine, placeOf, sameData, withRecordedPlace } from './choose.ts';
import { type Fields, readConfigFile } from './config-file.ts';
import { recordOf, requireSameImages, sha256 } from './data-file.ts';
import type { KnownEngine } from './engines.ts';
import { loadImages } from './load-images.ts';
import { openBase } from './open-base.ts';
import { runName } from './run-name.ts';
import { chosenFeatures, type RequestedFeatures } from './run-quality.ts';
import { type RunRecord, readRunRecord } from './run-record.ts';
import { startOf } from './start-of.ts';
import type { TrainFlags } from './train-flags.ts';

/** A checked plan of a run. */
export interface RunPlan {
  readonly name: string;
  readonly path: string;
  /** The images for training. */
  readonly dataset: Dataset;
  /** The images for evaluation; null if no images are held out. */
  readonly heldOut: Dataset | null;
  /** Origin of the images, as text. */
  readonly source: string;
  readonly config: TrainConfig;
  /**
   * With `--minutes`, returns the configuration for the number of steps that is measured later; otherwise
   * null.
   */
  readonly configOf: ((steps: number) => TrainConfig) | null;
  readonly network: Network;
  /**
   * Source of the initial weights: a model, or the checkpoint of the run. Undefined if the weights are drawn
   * from the seed.
   */
  readonly base: BaseWeights | 'checkpoint' | undefined;
  readonly record: RunRecord;
  readonly engine: KnownEngine;
  readonly data: DataRecord;
  /** The feature network that measures the run's quality; null if the run is not measured. */
  readonly features: RequestedFeatures | null;
}

/**
 * Checks a run as far as possible without changing its folder, and prints notes.
 *
 * @throws `RUN_EXISTS` if the run exists and is neither resumed nor replaced; `CLI_USAGE`, `TRAIN_CONFIG` or
 *   `NETWORK_CONFIG` if a setting is invalid; `RUN_NOT_FOUND`, `RUN_FILE`, `RUN_CONFIG_DIFFERS` or `RUN_DATA_DIFFERS` if
 *   the run cannot be resumed; DataError if the images cannot be loaded
 */
export async function planRun(flags: TrainFlags, terminal: Terminal, signal: AbortSignal): Promise<RunPlan> {
  const file = flags.config === undefined ? {} : await readConfigFile(flags.config);
  const name = runName(flags.name, chosenDataset(flags, file));
  const path = join(flags.runs, name);
  await checkOutputFolder('--runs', flags.runs);
  await checkOutputFolder('--name', path);
  // Refuse an unknown engine and an existing run now, because reading the images can take a while.
  chosenEngine(flags);
  if (flags.resume !== true) startOf(flags, path, await checkpointSteps(runFiles(path).store));
  const before = flags.resume === true ? await readEarlier(path, flags, file) : undefined;
  const choice = before === undefined ? chosenData(flags, file) : before.choice;
  const engine = chosenEngine(flags, before?.record.engine);
  const model = await baseOf(flags, before);
  const located = before === undefined ? choice : await withRecordedPlace(choice, before.record);
  const { dataset: images, source } = await loadImages(located, terminal, {
    signal,
    isChosen: before !== undefined,
  }).catch((error: unknown) => {
    throw before === undefined ? error : withPlaceHint(error, choice);
  });

  const share = choice.holdout ?? (await defaultShare(choice.dataset, images));
  const split = splitImages(images, before === undefined ? { share } : before.record.heldOut);
  const dataset = split?.training ?? images;
  const config = before === undefined ? assembleConfig(flags, dataset, file, model) : before.config;
  const { network } = createNetwork(config.network);
  const base =
    model === null
      ? null
      : { model, classNames: dataset.classNames ?? null, tagNames: dataset.tags?.names ?? null };
  const features = await chosenFeatures(flags, config, dataset, before?.record.features ?? null);
  const data = recordOf(dataset);
  const unchecked = before === undefined ? null : await requireSameImages(path, before.record, data);
  if (unchecked !== null) terminal.note(`${terminal.colors.yellow('note')} ${unchecked}`);
  const record: RunRecord = {
    data: { ...choice, holdout: share, alpha: images.shape.channels === 4 ? 'on' : 'off' },
    engine,
    images: dataset.count,
    // A resumed run keeps its record, even if held-out images were removed after it started.
    heldOut: before === undefined ? heldOutRecord(split) : before.record.heldOut,
    classNames: dataset.classNames ?? null,
    tags: dataset.tags === undefined ? null : { names: dataset.tags.names, counts: tagCounts(dataset.tags) },
    place: placeOf(located),
    dataSha256: data.sha256,
    features: before?.record.features ?? null,
    look: lookRecord(lookOf(dataset)),
    from: before?.record.from ?? (base === null ? null : baseRecord(flags.from ?? '', base, config, network)),
    command: before?.record.command ?? commandLine(['isonoise', ...process.argv.slice(2)]),
    begun: before?.record.begun ?? new Date().toISOString(),
  };
  const look = before === undefined && record.look !== null ? lookNote(record.look) : null;
  if (look !== null) terminal.note(`${terminal.colors.yellow('note')} ${look}`);
  return {
    name,
    path,
    dataset,
    heldOut: split?.heldOut ?? null,
    source,
    config,
    configOf:
      before === undefined && config.minutes !== undefined
        ? (steps) => assembleConfig(flags, dataset, file, model, { steps })
        : null,
    network,
    base: base ?? (before?.hasCheckpoint === true ? 'checkpoint' : undefined),
    record,
    engine,
    data,
    features,
  };
}

/**
 * Opens the model with the initial weights: the model of `--from`, or the recorded model for a resumed run
 * without a checkpoint.
 */
async function baseOf({ from }: TrainFlags, before: EarlierRun | undefined): Promise<BaseModel | null> {
  if (before === undefined) return from === undefined ? null : openBase(from);
  const { record, hasCheckpoint } = before;
  return record.from === null || hasCheckpoint ? null : openBase(record.from.place);
}

function baseRecord(
  path: string,
  base: BaseWeights,
  config: TrainConfig,
  network: Network,
): RunRecord['from'] {
  const { name, sha256 } = base.model;
  return { path, place: resolve(path), name, sha256, notes: fitWeights(config, network, base).notes };
}

/**
 * Returns the default share of held-out images. The share is 0 for a known data set, and for a folder with
 * its own split.
 */
async function defaultShare(dataset: string, { count }: Dataset): Promise<number> {
  return isDatasetName(dataset) || (await heldOutFolder(dataset)) !== null ? 0 : defaultHoldout(count);
}

/** Splits images into training images and held-out images. @param rule null if no images are held out */
function splitImages(images: Dataset, rule: HoldoutRule | null): HeldOut | null {
  return rule === null ? null : holdOut(images, rule, sha256);
}

function heldOutRecord(split: HeldOut | null): RunRecord['heldOut'] {
  if (split === null) return null;
  return { images: split.heldOut.count, limit: split.limit, keys: split.keys.join('') };
}

interface EarlierRun {
  readonly files: RunFiles;
  /** Whether the run has a checkpoint. */
  readonly hasCheckpoint: boolean;
  readonly record: RunRecord;
  readonly choice: RunRecord['data'];
  readonly config: TrainConfig;
}

/**
 * Reads a run to resume it, and applies the flags.
 *
 * @throws `RUN_CONFIG_DIFFERS` or `CLI_USAGE` if the flags change a setting that must stay the same; errors of
 *   reading the run
 */
async function readEarlier(path: string, flags: TrainFlags, file: Fields): Promise<EarlierRun> {
  const files = await readRunDirectory(path);
  const record = await readRunRecord(path);
  const saved = await files.readConfig();
  const config = resumedConfig(flags, saved, file);
  // Compare before the network is created, so that an invalid network is reported as a change.
  requireSameRun(saved, config);
  createNetwork(config.network);
  const hasCheckpoint = (await checkpointSteps(files.store)).length > 0;
  return { files, hasCheckpoint, record, choice: sameData(flags, record, file), config };
}

/** Adds advice to an error about the images of a resumed run. */
function withPlaceHint(error: unknown, { dataset }: RunRecord['data']): unknown {
  if (!(error instanceof DataError)) return error;
  return new DataError(
    error.code,
    [
      ...error.message.split('\n'),
      `The run was started with the images of ${dataset}. Restore them, or if they have moved, pass their path: ` +
        '--resume --dataset <path>.',
    ],
    { cause: error, file: error.file },
  );
}
