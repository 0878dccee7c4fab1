import { createHash } from 'node:crypto';
import {
  type BundleName,
  type JobRecord,
  jobsError,
  type RangeModel,
  type RangeModels,
} from '@isonoise/jobs';
import { createModel, type DenoiserHandle } from '@isonoise/runtime';
import { createDenoiser, type NodeRuntimeOptions } from '@isonoise/runtime-node';
import { runSampling, type SampleStep, type SavedSampling, sampleStepsOf } from '@isonoise/sampler';
import { ModelPool, openServedModel, type ServedModel } from '@isonoise/server';
import { findBundles } from './bundle-seals.ts';
import { fetchBundle } from './fetch-bundle.ts';

/** Maximum number of models that stay open while no range uses them. */
const KEPT_OPEN = 2;

export interface WorkerModelsOptions {
  /** Folder of bundles. */
  readonly folder: string;
  readonly runtime: NodeRuntimeOptions;
  readonly batchSize: number;
  readonly onNote: (note: string) => void;
}

/** An open network and the kind of the processor that runs it. */
interface OpenModel extends ServedModel {
  readonly kind: string;
}

/**
 * Opens the models of a worker. Ranges with the same model share passes of the network, like requests to a
 * server (docs/decisions/014).
 */
export function createWorkerModels(options: WorkerModelsOptions): RangeModels & { close(): Promise<void> } {
  const pool = new ModelPool<OpenModel>({
    maxOpen: KEPT_OPEN,
    onCloseFailed: (reason) => options.onNote(`a model could not be closed: ${reason}`),
  });
  let arrivals = 0;
  // All ranges of a worker have the same signal, so they can share a download.
  const acquire = (bundle: BundleName, source: string | undefined, stopping: AbortSignal) =>
    pool.acquire(bundle.sha256, async () =>
      openModel(await locate(bundle, source, options.folder, stopping), options),
    );
  return {
    async open({ bundle, guide, sources }: JobRecord, stopping: AbortSignal): Promise<RangeModel> {
      const own = await acquire(bundle, sources.bundle, stopping);
      try {
        const guiding = guide === undefined ? undefined : await acquire(guide, sources.guide, stopping);
        const arrival = arrivals++;
        return {
          kind: guiding === undefined ? own.model.kind : `${own.model.kind}+${guiding.model.kind}`,
          draw: (start, signal) => draw(own.model, guiding?.model, start, { signal, arrival }),
          release() {
            own.release();
            guiding?.release();
          },
        };
      } catch (error) {
        own.release();
        throw error;
      }
    },
    close: () => pool.close(),
  };
}

/**
 * Returns the path of a bundle. A missing bundle is downloaded. @throws `JOBS_BUNDLE` if that is not possible
 */
async function locate(
  bundle: BundleName,
  source: string | undefined,
  folder: string,
  stopping: AbortSignal,
): Promise<string> {
  const { sha256, name } = bundle;
  const bundles = await findBundles(folder);
  const path = bundles.get(sha256);
  if (path !== undefined) return path;
  if (source !== undefined) return fetchBundle(bundle, source, folder, stopping);
  throw jobsError(
    'JOBS_BUNDLE',
    `worker: ${folder} has no bundle "${name}" with SHA-256 ${sha256.slice(0, 16)}…; expected that version of the bundle. ` +
      'Copy it there.',
  );
}

async function openModel(
  path: string,
  { runtime, batchSize, onNote }: WorkerModelsOptions,
): Promise<OpenModel> {
  let kind = '';
  const model = await openServedModel({
    async open() {
      const handle = await createDenoiser(path, runtime);
      try {
        kind ||= await kindOf(handle);
      } catch (error) {
        await handle.dispose();
        throw error;
      }
      return handle;
    },
    // The cost of a range is not limited.
    flops: 0,
    maxBatch: batchSize,
    onPass: () => {},
    onRestart: (reason) =>
      onNote(`the thread of the model ended; the model is opened again: ${reason.message}`),
  });
  return {
    spec: model.spec,
    provider: model.provider,
    get pace() {
      return model.pace;
    },
    denoiser: (claim) => model.denoiser(claim),
    close: () => model.close(),
    kind,
  };
}

/** Number of digits of the hash in a kind. */
const KIND_DIGITS = 12;

/**
 * Returns the kind of processor: the provider, and a hash of the bits of the golden image that this machine
 * draws. Processors that draw this image with equal bits are of the same kind.
 */
async function kindOf(handle: DenoiserHandle): Promise<string> {
  const { name } = handle.provider;
  if (handle.golden === null) return name;
  const { pixels } = await createModel(handle).verify();
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  return `${name}-${createHash('sha256').update(bytes).digest('hex').slice(0, KIND_DIGITS)}`;
}

async function* draw(
  model: ServedModel,
  guide: ServedModel | undefined,
  start: SavedSampling,
  { signal, arrival }: { readonly signal: AbortSignal; readonly arrival: number },
): AsyncGenerator<SampleStep, void, undefined> {
  const { plan, nextStep } = start;
  const claim = () => ({ signal, arrival, passes: plan.images.length * (plan.steps.length - nextStep) });
  const toSampleStep = sampleStepsOf(start);
  const context = { signal, guide: guide?.denoiser(claim()) };
  for await (const step of runSampling(model.denoiser(claim()), start, context)) yield toSampleStep(step);
}
