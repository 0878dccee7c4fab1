import { findDuplicateKey, isIsonoiseError, isTooDeep, plural } from '@isonoise/error';
import { type BundleErrorCode, bundleError } from '../errors.ts';
import { MAX_JSON_DEPTH } from '../json-depth.ts';
import { ARRAY_TYPES, DTYPES, isDtype, requireLittleEndian, type SafeTensorDtype } from './dtype.ts';
import {
  elementCount,
  isCount,
  METADATA_KEY,
  SAFETENSORS_LIMITS,
  type SafeTensor,
  type SafeTensorsFile,
} from './tensor.ts';

/**
 * Decodes a safetensors file. Every number in the header is checked before it is used. In a valid file, the tensors
 * cover the data exactly, without gaps, overlaps or trailing bytes.
 *
 * @param bytes the whole file
 * @param description location of the file, for errors
 * @returns tensors in file order. Aligned data are views into `bytes`; other data are copies. Do not change `bytes`
 *   while the tensors are in use. All data are aligned if {@link encodeSafetensors} or the current upstream
 *   serializer wrote the file, and `bytes` starts at offset 0 of its buffer.
 * @throws `BUNDLE_SAFETENSORS_INVALID` if the file is truncated, not safetensors, or its header contradicts
 *   itself
 * @throws `BUNDLE_SAFETENSORS_LIMIT` if the header is longer than upstream's limit of 100 MB
 * @throws `BUNDLE_SAFETENSORS_TENSOR` if an element type is not supported
 * Source: format description of the `safetensors` project.
 */
export function decodeSafetensors(bytes: Uint8Array, description?: string): SafeTensorsFile {
  try {
    return decode(bytes);
  } catch (cause) {
    if (description === undefined || !isIsonoiseError(cause)) throw cause;
    const code = cause.code as BundleErrorCode;
    throw bundleError(code, cause.message.replace(/^decodeSafetensors/, description), { cause });
  }
}

function decode(bytes: Uint8Array): SafeTensorsFile {
  requireLittleEndian('decodeSafetensors');
  const { header, start } = readHeader(bytes);
  const metadata = readMetadata(header.get(METADATA_KEY));
  const entries: Entry[] = [];
  for (const [name, value] of header) if (name !== METADATA_KEY) entries.push(readEntry(name, value));

  // An empty tensor begins at the same offset as the next tensor. Sorting by the end offset puts the empty tensor
  // first.
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== covered) {
      fail(
        `tensor ${JSON.stringify(name)}: begins at ${begin}; expected ${covered}, the end of the previous one`,
      );
    }
    covered = end;
  }
  const available = bytes.length - start;
  if (covered !== available) {
    fail(
      `got ${plural(available, 'byte')} of data; the header describes ${covered}. The file is truncated or corrupt`,
    );
  }

  const tensors = new Map<string, SafeTensor>();
  for (const entry of entries) tensors.set(entry.name, toTensor(entry, bytes, start));
  return { tensors, metadata };
}

interface Entry {
  readonly name: string;
  readonly dtype: SafeTensorDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function fail(problem: string, code: BundleErrorCode = 'BUNDLE_SAFETENSORS_INVALID', cause?: unknown): never {
  throw bundleError(code, `decodeSafetensors: ${problem}.`, cause === undefined ? {} : { cause });
}

function readHeader(bytes: Uint8Array): { header: Map<string, unknown>; start: number } {
  if (bytes.length < 8) {
    fail(
      `got ${plural(bytes.length, 'byte')}; expected at least 8, which hold the length of the header. The file is empty or truncated`,
    );
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(SAFETENSORS_LIMITS.headerBytes)) {
    fail(
      `header length is ${plural(Number(length), 'byte')}; expected at most ${SAFETENSORS_LIMITS.headerBytes}. ` +
        'This is probably not a safetensors file',
      'BUNDLE_SAFETENSORS_LIMIT',
    );
  }
  const start = 8 + Number(length);
  if (start > bytes.length) {
    fail(`the header ends at byte ${start}; the file has ${bytes.length}. The file is truncated`);
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, start));
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !text.startsWith('{')) {
      fail('the header is not a JSON object');
    }
    if (isTooDeep(text, MAX_JSON_DEPTH))
      fail(`the header is nested deeper than ${MAX_JSON_DEPTH} levels; expected tensors and strings`);
    const duplicate = findDuplicateKey(text);
    if (duplicate !== undefined) fail(`the header has the key ${JSON.stringify(duplicate)} twice`);
    return { header: new Map(Object.entries(value)), start };
  } catch (cause) {
    if (isIsonoiseError(cause)) throw cause;
    fail(`the header is not JSON in UTF-8 (${String(cause)})`, 'BUNDLE_SAFETENSORS_INVALID', cause);
  }
}

function readMetadata(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    fail(`${METADATA_KEY} is ${JSON.stringify(value)}; expected an object of strings`);
  }
  const metadata: [string, string][] = [];
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') {
      fail(`${METADATA_KEY}.${key} is ${JSON.stringify(text)}; expected a string`);
    }
    metadata.push([key, text]);
  }
  return Object.fromEntries(metadata);
}

function readEntry(name: string, value: unknown): Entry {
  const label = `tensor ${JSON.stringify(name)}`;
  if (typeof value !== 'object' || value === null)
    fail(`${label}: got ${JSON.stringify(value)}; expected an object`);
  const { dtype, shape, data_offsets: offsets, ...rest } = value as Record<string, unknown>;
  const unknown = Object.keys(rest);
  if (unknown.length > 0) {
    fail(`${label}: unknown key ${unknown.join(', ')}; expected only dtype, shape and data_offsets`);
  }
  if (!isDtype(dtype)) {
    fail(
      `${label}: dtype ${JSON.stringify(dtype)}; expected one of ${DTYPES.join(', ')}`,
      'BUNDLE_SAFETENSORS_TENSOR',
    );
  }
  const count = Array.isArray(shape) ? elementCount(shape) : undefined;
  if (count === undefined) {
    fail(
      `${label}: shape ${JSON.stringify(shape)}; expected at most ${SAFETENSORS_LIMITS.rank} non-negative integers`,
    );
  }
  const [begin, end, ...more]: unknown[] = Array.isArray(offsets) ? offsets : [];
  if (!isCount(begin) || !isCount(end) || end < begin || more.length > 0) {
    fail(`${label}: data_offsets ${JSON.stringify(offsets)}; expected [begin, end], 0 <= begin <= end`);
  }
  const expected = count * ARRAY_TYPES[dtype].BYTES_PER_ELEMENT;
  if (end - begin !== expected) {
    fail(
      `${label}: ${plural(end - begin, 'byte')} of data; ${dtype} ${JSON.stringify(shape)} needs ${expected}`,
    );
  }
  return { name, dtype, shape: shape as number[], begin, end };
}

function toTensor({ name, dtype, shape, begin, end }: Entry, bytes: Uint8Array, start: number): SafeTensor {
  const arrayType = ARRAY_TYPES[dtype];
  const size = arrayType.BYTES_PER_ELEMENT;
  const position = bytes.byteOffset + start + begin;
  // A typed array must start at a multiple of its element size. Copy unaligned bytes to a new buffer.
  const aligned = position % size === 0;
  const buffer = aligned ? bytes.buffer : bytes.slice(start + begin, start + end).buffer;
  const data = new arrayType(buffer, aligned ? position : 0, (end - begin) / size);
  return { name, dtype, shape, data } as SafeTensor;
}
