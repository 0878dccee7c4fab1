import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Dataset, decodeText } from '@isonoise/data';
import { readRegularFile } from '@isonoise/runtime-node';
import {
  classDifferences,
  type DataRecord,
  DIGEST_LENGTH,
  dataDifferences,
  dataDiffers,
  recordData,
} from '@isonoise/train';
import { atomicWrite } from '../atomic-write.ts';
import type { RunRecord } from './run-record.ts';

/** Name of the file that describes each image of a run, so that errors can list changed images. */
const FILE = 'data.json';

/** Returns the content of `data.json` for a data set. Node computes the hashes. */
export function recordOf(dataset: Dataset): DataRecord {
  return recordData(dataset, sha256);
}

/** Returns the SHA-256 of bytes, in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function writeDataRecord(run: string, record: DataRecord): Promise<void> {
  return atomicWrite(join(run, FILE), `${JSON.stringify(record)}\n`);
}

/**
 * Checks that a resumed run has the same images as at its start.
 *
 * @param before the content of `run.json`
 * @returns a note if an earlier version started the run without recording the images, so that they cannot
 *   be compared; otherwise null
 * @throws `RUN_DATA_DIFFERS` with the differences
 */
export async function requireSameImages(
  run: string,
  before: RunRecord,
  now: DataRecord,
): Promise<string | null> {
  if (before.dataSha256 === now.sha256) return null;
  if (before.dataSha256 !== null) {
    // `data.json` may be missing, or may not match the hash in `run.json`.
    const details = await readDataRecord(run);
    if (details?.sha256 === before.dataSha256) throw dataDiffers(dataDifferences(details, now));
    throw dataDiffers([
      ...countDifference(before, now),
      ...classDifferences(before.classNames, now.classNames),
      `their SHA-256 is ${now.sha256}; expected ${before.dataSha256}`,
    ]);
  }
  const differences = [
    ...countDifference(before, now),
    ...classDifferences(before.classNames, now.classNames),
  ];
  if (differences.length > 0) throw dataDiffers(differences);
  return (
    'this run was started by a version that did not record the images. Their number and the class names are the same, but ' +
    'pixels and labels could not be compared. They are recorded from now on.'
  );
}

function countDifference({ images }: RunRecord, { count }: DataRecord): readonly string[] {
  return images === count ? [] : [`images: ${images} before, now ${count}`];
}

async function readDataRecord(run: string): Promise<DataRecord | null> {
  try {
    const value: unknown = JSON.parse(decodeText(await readRegularFile(join(run, FILE)), FILE));
    return isDataRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isDataRecord(value: unknown): value is DataRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { version, sha256, digests, imagesPerDigest, count, shape, classNames, labels, files } =
    value as Partial<Record<keyof DataRecord, unknown>>;
  return (
    version === 1 &&
    typeof sha256 === 'string' &&
    isCount(count) &&
    isCount(imagesPerDigest) &&
    typeof digests === 'string' &&
    digests.length === DIGEST_LENGTH * Math.ceil(count / imagesPerDigest) &&
    isShape(shape) &&
    isListOf('string', classNames) &&
    isListOf('number', labels, count) &&
    isListOf('string', files, count)
  );
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function isShape(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { channels, height, width } = value as Partial<Record<keyof Dataset['shape'], unknown>>;
  return [channels, height, width].every(isCount);
}

/** Whether a value is a list of the type, or null. A data set can lack classes, labels or files. */
function isListOf(type: 'string' | 'number', value: unknown, length?: number): boolean {
  if (value === null) return true;
  if (!Array.isArray(value) || (length !== undefined && value.length !== length)) return false;
  return value.every((item) => typeof item === type);
}
