import type { ModelSummary } from '@isonoise/api';
import { isGuidable } from '@isonoise/bundle';
import type { IsonoiseError } from '@isonoise/error';
import { type DenoiserHandle, usualGuidance } from '@isonoise/runtime';
import type { Pass } from '../batching/batcher.ts';
import { type Pace, PaceMeter } from '../batching/pace.ts';
import type { ServerLimits } from '../limits.ts';
import { type Catalog, type CatalogEntry, type CatalogOptions, createCatalog } from './catalog.ts';
import { type Lease, ModelPool } from './model-pool.ts';
import { openServedModel, type ServedModel } from './served-model.ts';

export interface ModelsOptions extends CatalogOptions {
  /** Opens a bundle's folder. */
  readonly open: (folder: string) => Promise<DenoiserHandle>;
  readonly limits: ServerLimits;
  /** Called when a model was opened, finished a pass, lost its thread, or could not be closed. */
  readonly on: {
    opened(name: string, handle: DenoiserHandle, milliseconds: number): void;
    passed(name: string, pass: Pass): void;
    restarts(name: string, reason: IsonoiseError): void;
    closeFailed(reason: unknown): void;
  };
}

interface ModelState {
  readonly name: string;
  readonly failure: unknown;
}

/**
 * How long a failure to open a model counts. Afterwards the server reports ready again. Only new requests show whether
 * the model can be opened now, and a server that is not ready might not get requests.
 */
const FAILURE_MS = 30_000;

/** The models of a server: the catalog finds them, the pool keeps them open. */
export interface Models extends Omit<Catalog, 'list'> {
  list(): Promise<readonly ModelSummary[]>;
  /** Opens the model if needed. The caller releases it. @throws the errors of `open` */
  acquire(entry: CatalogEntry): Promise<Lease<ServedModel>>;
  /** Lists the usable bundles, each with its recent failure to open, if any. */
  states(): Promise<readonly ModelState[]>;
  /** Returns the speed of a model; an estimate before its first pass. */
  pace(entry: CatalogEntry): Pace;
  /** Number of open models. */
  open(): number;
  /** Closes all models. */
  close(): Promise<void>;
}

/** Creates the models of a server. @throws the errors of {@link createCatalog} */
export async function createModels(options: ModelsOptions): Promise<Models> {
  const { open, limits, on } = options;
  const catalog = await createCatalog(options);
  const pool = new ModelPool<ServedModel>({ maxOpen: limits.maxModels, onCloseFailed: on.closeFailed });

  /** Failures to open, by version. */
  const failures = new Map<string, { readonly reason: unknown; readonly at: number }>();

  async function openFolder({ name, folder, version }: CatalogEntry): Promise<DenoiserHandle> {
    const began = performance.now();
    const handle = await open(folder).catch((reason: unknown) => {
      failures.set(version, { reason, at: performance.now() });
      throw reason;
    });
    failures.delete(version);
    on.opened(name, handle, performance.now() - began);
    return handle;
  }

  return {
    find: catalog.find,
    folder: catalog.folder,
    async list() {
      const entries = await catalog.list();
      return entries.map(({ name, version, spec, sha256, flops, bytes }) => ({
        name,
        url: `models/${encodeURIComponent(name)}/`,
        spec,
        guidance: isGuidable(spec) ? usualGuidance(spec) : 1,
        sha256,
        bytes,
        provider: pool.peek(version)?.provider ?? null,
        flops,
        // JSON cannot represent infinity.
        budget: Math.min(Math.floor(limits.budget / flops), Number.MAX_VALUE),
      }));
    },
    acquire: (entry) =>
      pool.acquire(entry.version, () =>
        openServedModel({
          open: () => openFolder(entry),
          flops: entry.flops,
          maxBatch: limits.maxBatch,
          onPass: (pass) => on.passed(entry.name, pass),
          onRestart: (reason) => on.restarts(entry.name, reason),
        }),
      ),
    async states() {
      return (await catalog.list()).map(({ name, version }) => {
        const last = failures.get(version);
        const counts = last !== undefined && performance.now() - last.at < FAILURE_MS;
        return { name, failure: counts ? last.reason : undefined };
      });
    },
    pace: ({ version, flops }) => pool.peek(version)?.pace ?? new PaceMeter(flops).pace,
    open: () => pool.size,
    close: () => pool.close(),
  };
}
