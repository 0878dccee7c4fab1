import { isIsonoiseError } from '@isonoise/error';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { trainError } from './errors.ts';

/** Where checkpoints live: a folder, browser storage, memory. */
export interface CheckpointStore {
  /** Names of all entries that are whole; order does not matter. */
  list(): Promise<readonly string[]>;
  get(name: string): Promise<Uint8Array>;
  /** Atomic and durable: once it resolves the entry survives a crash; before that the old entry or none is there. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
}

const NAME = /^step-(\d{8,})\.safetensors$/;

/** `step-00001200.safetensors`: names sort by step. */
export function checkpointName(step: number): string {
  return `step-${String(step).padStart(8, '0')}.safetensors`;
}

/** Steps that have a checkpoint, latest first; entries with other names are not looked at. */
export async function checkpointSteps(store: CheckpointStore): Promise<readonly number[]> {
  const steps = (await store.list()).flatMap((name) => {
    const digits = NAME.exec(name)?.[1];
    return digits === undefined ? [] : [Number(digits)];
  });
  return steps.sort((a, b) => b - a);
}

export interface SavedCheckpoint {
  readonly name: string;
  /** Whether no saved checkpoint has a smaller smoothed loss. */
  readonly best: boolean;
  /** Names that are no longer kept. */
  readonly removed: readonly string[];
}

/**
 * Saves a checkpoint; only then removes those that the policy no longer keeps: the last `keep` and the best stay.
 * Steps after this one, left by a run that went on from further back, are removed too: they belong to another history.
 */
export async function saveCheckpoint(
  store: CheckpointStore,
  checkpoint: Checkpoint,
  keep: number,
): Promise<SavedCheckpoint> {
  const { step, loss } = checkpoint;
  const name = checkpointName(step);
  await store.put(name, encodeCheckpoint(checkpoint));
  const steps = await checkpointSteps(store);
  const kept = new Set(steps.filter((saved) => saved <= step).slice(0, keep));
  if (loss.best !== null) kept.add(loss.best.step);
  const removed = steps.filter((saved) => !kept.has(saved)).map(checkpointName);
  for (const each of removed) await store.remove(each);
  return { name, best: loss.best?.step === step, removed };
}

export interface DamagedCheckpoint {
  readonly name: string;
  readonly error: Error;
}

export interface LoadedCheckpoint {
  readonly name: string;
  readonly checkpoint: Checkpoint;
  /** Later checkpoints that could not be used, each with the reason: to be said, not passed over. */
  readonly damaged: readonly DamagedCheckpoint[];
}

/**
 * The latest checkpoint that is whole. One that is damaged is reported in the result and the one before it is read.
 *
 * @throws `RUN_CHECKPOINT_NOT_FOUND` where there is none, or none is whole; `RUN_CHECKPOINT_VERSION`
 */
export async function loadLatestCheckpoint(store: CheckpointStore): Promise<LoadedCheckpoint> {
  const damaged: DamagedCheckpoint[] = [];
  for (const step of await checkpointSteps(store)) {
    const name = checkpointName(step);
    try {
      return { name, checkpoint: await readCheckpoint(store, step), damaged };
    } catch (error) {
      if (!isIsonoiseError(error) || error.code !== 'RUN_CHECKPOINT_DAMAGED') throw error;
      damaged.push({ name, error });
    }
  }
  const reasons = damaged.map(({ name, error }) => `\n  ${name}: ${error.message}`).join('');
  throw trainError(
    'RUN_CHECKPOINT_NOT_FOUND',
    damaged.length === 0
      ? 'checkpoint: there is none to go on from; begin the run without resuming.'
      : `checkpoint: none of ${damaged.length} is whole; begin the run anew under another name.${reasons}`,
  );
}

/**
 * The checkpoint of a step. Under the name of a later step it would stay the latest: each resumed run would begin at it,
 * and lose what the one before had trained.
 *
 * @throws `RUN_CHECKPOINT_DAMAGED`, also where it holds another step; `RUN_CHECKPOINT_VERSION`
 */
export async function readCheckpoint(store: CheckpointStore, step: number): Promise<Checkpoint> {
  const name = checkpointName(step);
  const checkpoint = decodeCheckpoint(await store.get(name));
  if (checkpoint.step === step) return checkpoint;
  throw trainError(
    'RUN_CHECKPOINT_DAMAGED',
    `checkpoint ${name}: holds step ${checkpoint.step}; expected the step of its name. ` +
      `Name it ${checkpointName(checkpoint.step)} again.`,
  );
}

/** A store in memory, for a tab without storage and for tests. */
export function memoryStore(entries: Map<string, Uint8Array> = new Map()): CheckpointStore {
  return {
    list: async () => [...entries.keys()],
    get: async (name) => {
      const bytes = entries.get(name);
      if (bytes === undefined)
        throw trainError('RUN_CHECKPOINT_NOT_FOUND', `checkpoint: there is no ${name}.`);
      return bytes.slice();
    },
    put: async (name, bytes) => void entries.set(name, bytes.slice()),
    remove: async (name) => void entries.delete(name),
  };
}
