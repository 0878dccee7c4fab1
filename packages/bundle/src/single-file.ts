// A model in a single file: the bytes of `unet/model.onnx`, followed by one more entry of `metadata_props`. This
// entry holds the facts from the other files of the bundle. In Protobuf, fields can be appended to a message, so
// every ONNX reader accepts the file.
import { plural, withLocation } from '@isonoise/error';
import * as v from 'valibot';
import type { Sha256 } from './check-file.ts';
import { bundleError } from './errors.ts';
import { BUNDLE_PATHS } from './files.ts';
import { type Golden, goldenSchema, sha256Schema } from './golden.ts';
import { isJsonObject, type JsonObject, parseJsonObject } from './json.ts';
import type { FileRecord, Manifest } from './manifest.ts';
import { fromOnnxMetadata } from './onnx-metadata.ts';
import { METADATA_PROPS, PROP_KEY, PROP_VALUE, readOnnxMetadata } from './onnx-metadata-reader.ts';
import { exactObject, parseWith, positiveWhole } from './schema.ts';
import { sha256Hex } from './sha256.ts';
import type { ModelSpec } from './spec.ts';

/** Key of the appended entry. */
const KEY = 'isonoise.bundle';

/** Value of the appended entry. */
interface SingleFileRecord {
  readonly version: 1;
  /** Record of the bytes before the entry, that is, of `unet/model.onnx`. */
  readonly onnx: FileRecord;
  readonly golden: Golden | null;
  /** Facts of the training, as in the manifest. */
  readonly training: JsonObject;
}

const recordSchema: v.GenericSchema<unknown, SingleFileRecord> = exactObject({
  version: v.literal(1),
  onnx: exactObject({ sha256: sha256Schema, bytes: positiveWhole }),
  golden: v.nullable(goldenSchema),
  training: v.custom<JsonObject>(isJsonObject, 'expected an object'),
});

/** A model that has been read from a single ONNX file. */
export interface OnnxFile {
  readonly spec: ModelSpec;
  /** Golden record; null for a file that is only `unet/model.onnx`. */
  readonly golden: Golden | null;
  /** Facts of the training; empty for a file that is only `unet/model.onnx`. */
  readonly training: JsonObject;
  /** The bytes of `unet/model.onnx`, without the appended entry; a view of the file. */
  readonly onnx: Uint8Array;
  /** SHA-256 of `onnx`. The bundle has the same hash, so saved states fit both. */
  readonly sha256: string;
}

/**
 * Converts a bundle to a single file for sampling. The file contains everything except the safetensors, the card and
 * the pictures.
 *
 * @returns bytes of an ONNX file, which begin with the bytes of `unet/model.onnx`
 */
export function toSingleFile({
  manifest: { golden, training },
  onnx,
}: {
  readonly manifest: Pick<Manifest, 'golden' | 'training'>;
  readonly onnx: Uint8Array;
}): Uint8Array<ArrayBuffer> {
  const record: SingleFileRecord = {
    version: 1,
    onnx: { sha256: sha256Hex(onnx), bytes: onnx.length },
    golden,
    training,
  };
  const entry = entryOf(JSON.stringify(record));
  const file = new Uint8Array(onnx.length + entry.length);
  file.set(onnx);
  file.set(entry, onnx.length);
  return file;
}

/**
 * Reads an ONNX file that isonoise exported: a result of {@link toSingleFile}, or `unet/model.onnx` of a bundle.
 *
 * @param sha256 hash function, for platforms that can hash asynchronously
 * @param description location of the file, with which errors begin; by default, errors do not name the file
 * @throws `BUNDLE_HASH_MISMATCH` if the network differs from the exported one; `BUNDLE_METADATA` if isonoise did not
 *   export the file, or it has other data after the network; `BUNDLE_FILE_INVALID`, `BUNDLE_VERSION`,
 *   `BUNDLE_INCONSISTENT` as `fromOnnxMetadata`
 */
export async function readOnnxFile(
  file: Uint8Array,
  sha256: Sha256 = sha256Hex,
  description?: string,
): Promise<OnnxFile> {
  try {
    return await read(file, sha256);
  } catch (cause) {
    throw description === undefined ? cause : withLocation(cause, description);
  }
}

async function read(file: Uint8Array, sha256: Sha256): Promise<OnnxFile> {
  const whole = readOnnxMetadata(file);
  const text = Object.hasOwn(whole, KEY) ? whole[KEY] : undefined;
  if (text === undefined) {
    return {
      spec: fromOnnxMetadata(whole),
      golden: null,
      training: {},
      onnx: file,
      sha256: await sha256(file),
    };
  }
  const where = `model metadata ${KEY}`;
  const record = parseWith(recordSchema, parseJsonObject(new TextEncoder().encode(text), where), where);
  const { bytes, sha256: expected } = record.onnx;
  // Other data after the network could replace parts of the network.
  if (!isEqual(file.subarray(bytes), entryOf(text))) {
    throw bundleError(
      'BUNDLE_METADATA',
      `${where}: onnx.bytes is ${bytes} of ${file.length}; expected only this entry after these bytes. The file was ` +
        'changed or truncated. Get it again, or export it again with --single-file.',
    );
  }
  const onnx = file.subarray(0, bytes);
  const found = await sha256(onnx);
  if (found !== expected) {
    throw bundleError(
      'BUNDLE_HASH_MISMATCH',
      `${BUNDLE_PATHS.onnx}: SHA-256 of the first ${plural(bytes, 'byte')} is ${found}; expected ${expected}. The file was changed or ` +
        'damaged. Get it again.',
    );
  }
  const { golden, training } = record;
  return { spec: fromOnnxMetadata(readOnnxMetadata(onnx)), golden, training, onnx, sha256: found };
}

/** Encodes an entry of `metadata_props` with the key of isonoise. */
function entryOf(value: string): Uint8Array {
  const [key, text] = [KEY, value].map((each) => new TextEncoder().encode(each)) as [Uint8Array, Uint8Array];
  const content = [...fieldHead(PROP_KEY, key.length), ...key, ...fieldHead(PROP_VALUE, text.length)];
  const head = fieldHead(METADATA_PROPS, content.length + text.length);
  const entry = new Uint8Array(head.length + content.length + text.length);
  entry.set(head);
  entry.set(content, head.length);
  entry.set(text, head.length + content.length);
  return entry;
}

/** Encodes the number and the length of a field with length-delimited content. */
const fieldHead = (number: number, length: number): readonly number[] => [number * 8 + 2, ...varint(length)];

function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return [...bytes, rest];
}

const isEqual = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);
