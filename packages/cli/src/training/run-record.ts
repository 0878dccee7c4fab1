import { join } from 'node:path';
import { decodeText } from '@isonoise/data';
import { readRegularFile } from '@isonoise/runtime-node';
import { atomicWrite } from '../atomic-write.ts';
import { RunError } from '../run-error.ts';

/** How the images of a run are found again. */
export interface DataChoice {
  /** A known set or a folder, as it was typed. */
  readonly dataset: string;
  readonly dataDir: string | null;
  readonly size: number | null;
  readonly grayscale: boolean;
  /** Side of the square that a margin fills up to. */
  readonly pad: number | null;
  readonly limit: number | null;
  /** Whether images that cannot be used were left out. */
  readonly skipBad: boolean;
}

/** Which machine beneath: the same one gives the same bits. */
export interface EngineChoice {
  /** One of ENGINES, unless another version or a hand wrote it. */
  readonly engine: string;
  readonly provider: 'cpu' | 'cuda' | 'webgpu' | null;
  readonly threads: number | null;
}

/** `run.json`: what a run was begun with besides its configuration. */
export interface RunRecord {
  readonly data: DataChoice;
  readonly engine: EngineChoice;
  /** Images of the set, and names of its classes: null where it has none. */
  readonly images: number;
  readonly classNames: readonly string[] | null;
  /** Absolute path of the folder that the images came from; null where no folder was named. */
  readonly place: string | null;
  /** Of the images, their labels and the names of their classes; null for runs of versions that did not record it. */
  readonly dataSha256: string | null;
  /** The command that began it. */
  readonly command: string;
  readonly begun: string;
}

const FILE = 'run.json';
const NOT_RECORDED = { place: null, dataSha256: null } as const;
const NO_CHOICES = {
  dataDir: null,
  size: null,
  grayscale: false,
  pad: null,
  limit: null,
  skipBad: false,
} as const;

export function writeRunRecord(run: string, record: RunRecord): Promise<void> {
  return atomicWrite(join(run, FILE), `${JSON.stringify(record, null, 2)}\n`);
}

/** @throws RunError `RUN_FILE` */
export async function readRunRecord(run: string): Promise<RunRecord> {
  try {
    const value: unknown = JSON.parse(decodeText(await readRegularFile(join(run, FILE)), FILE));
    // Choices that a record does not name were not made, and what an earlier version did not record is not known.
    if (isRecord(value)) return { ...NOT_RECORDED, ...value, data: { ...NO_CHOICES, ...value.data } };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RunError('RUN_FILE', `run ${run}: ${FILE} cannot be read: ${reason}`, { cause });
  }
  throw new RunError(
    'RUN_FILE',
    `run ${run}: ${FILE} is not the record of a run; expected what \`train\` wrote. Start the run again under another --name.`,
  );
}

function isRecord(value: unknown): value is RunRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { data, engine, images, classNames, command } = value as Partial<Record<keyof RunRecord, unknown>>;
  return (
    hasText(data, 'dataset') &&
    hasText(engine, 'engine') &&
    typeof images === 'number' &&
    (classNames === null || Array.isArray(classNames)) &&
    typeof command === 'string'
  );
}

function hasText(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, key) === 'string';
}
