import { findDuplicateKey, isIsonoiseError, isTooDeep, listed, plural, withLocation } from '@isonoise/error';
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
 * @throws `BUNDLE_SAFETENSORS_LIMIT` if the header is longer than upstream's limit of 100 MB, or has more than about a
 *   hundred thousand tensors
 * @throws `BUNDLE_SAFETENSORS_TENSOR` if an element type is not supported
 * Source: format description of the `safetensors` project.
 */
export function decodeSafetensors(bytes: Uint8Array, description?: string): SafeTensorsFile {
  try {
    return decode(bytes);
  } catch (cause) {
    throw description === undefined ? cause : withLocation(cause, description, ['decodeSafetensors']);
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
      fail(`tensor ${JSON.stringify(name)}: begins at ${begin}`, `${covered}, the end of the previous one`);
    }
    covered = end;
  }
  const available = bytes.length - start;
  if (covered !== available) {
    fail(`got ${plural(available, 'byte')} of data`, `${covered}, as the header describes`);
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

interface Refusal {
  /** Default: `BUNDLE_SAFETENSORS_INVALID`. */
  readonly code?: BundleErrorCode;
  /** What to do, without a final period. */
  readonly advice?: string;
  readonly cause?: unknown;
}

function fail(
  found: string,
  expected: string,
  {
    code = 'BUNDLE_SAFETENSORS_INVALID',
    advice = 'The file is truncated or damaged: get it again',
    cause,
  }: Refusal = {},
): never {
  throw bundleError(
    code,
    `decodeSafetensors: ${found}; expected ${expected}. ${advice}.`,
    cause === undefined ? {} : { cause },
  );
}

/** A header that contradicts itself is not damage: another copy of the file has the same header. */
const REWRITE: Refusal = { advice: 'Write the file again with the safetensors library' };

function readHeader(bytes: Uint8Array): { header: Map<string, unknown>; start: number } {
  if (bytes.length < 8) {
    fail(`got ${plural(bytes.length, 'byte')}`, 'at least 8, which hold the length of the header');
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(SAFETENSORS_LIMITS.headerBytes)) {
    fail(`the header has ${plural(Number(length), 'byte')}`, `at most ${SAFETENSORS_LIMITS.headerBytes}`, {
      code: 'BUNDLE_SAFETENSORS_LIMIT',
      advice: 'Check that this is a safetensors file',
    });
  }
  const start = 8 + Number(length);
  if (start > bytes.length) {
    fail(`the file has ${plural(bytes.length, 'byte')}`, `at least ${start}, the end of the header`);
  }
  const header = bytes.subarray(8, start);
  const tokens = countTokens(header);
  if (tokens > SAFETENSORS_LIMITS.headerTokens) {
    fail(
      `the header has ${tokens} strings, values and brackets`,
      `at most ${SAFETENSORS_LIMITS.headerTokens}, which is enough for a hundred thousand tensors`,
      { code: 'BUNDLE_SAFETENSORS_LIMIT', advice: 'Store the tensors in several files' },
    );
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header);
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !text.startsWith('{')) {
      fail('the header is JSON of another type', 'an object that begins with {');
    }
    if (isTooDeep(text, MAX_JSON_DEPTH))
      fail(`the header is nested deeper than ${MAX_JSON_DEPTH} levels`, 'tensors and strings');
    const duplicate = findDuplicateKey(text);
    if (duplicate !== undefined)
      fail(`the header has the key ${JSON.stringify(duplicate)} twice`, 'each key once');
    return { header: new Map(Object.entries(value)), start };
  } catch (cause) {
    if (isIsonoiseError(cause)) throw cause;
    fail(`the header cannot be parsed (${String(cause)})`, 'JSON in UTF-8', { cause });
  }
}

const [QUOTE, COMMA, BRACKET, BRACE] = [0x22, 0x2c, 0x5b, 0x7b];

/** Counts strings, values and opening brackets without parsing. Quotes and commas within strings count too. */
function countTokens(json: Uint8Array): number {
  let [quotes, others] = [0, 0];
  for (const byte of json) {
    if (byte === QUOTE) quotes++;
    else if (byte === COMMA || byte === BRACKET || byte === BRACE) others++;
  }
  return Math.ceil(quotes / 2) + others;
}

function readMetadata(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    fail(`${METADATA_KEY} is ${JSON.stringify(value)}`, 'an object of strings', REWRITE);
  }
  const metadata: [string, string][] = [];
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') {
      fail(`${METADATA_KEY}.${key} is ${JSON.stringify(text)}`, 'a string', REWRITE);
    }
    metadata.push([key, text]);
  }
  return Object.fromEntries(metadata);
}

function readEntry(name: string, value: unknown): Entry {
  const label = `tensor ${JSON.stringify(name)}`;
  if (typeof value !== 'object' || value === null)
    fail(`${label}: got ${JSON.stringify(value)}`, 'an object', REWRITE);
  const { dtype, shape, data_offsets: offsets, ...rest } = value as Record<string, unknown>;
  const unknown = Object.keys(rest);
  if (unknown.length > 0) {
    fail(`${label}: unknown key ${listed(unknown)}`, 'only dtype, shape and data_offsets', REWRITE);
  }
  if (!isDtype(dtype)) {
    fail(`${label}: dtype ${JSON.stringify(dtype)}`, `one of ${DTYPES.join(', ')}`, {
      code: 'BUNDLE_SAFETENSORS_TENSOR',
      advice: 'Convert the tensor',
    });
  }
  const count = Array.isArray(shape) ? elementCount(shape) : undefined;
  if (count === undefined) {
    fail(
      `${label}: shape ${JSON.stringify(shape)}`,
      `at most ${SAFETENSORS_LIMITS.rank} non-negative integers, whose product is at most 2^53 - 1`,
      REWRITE,
    );
  }
  const [begin, end, ...more]: unknown[] = Array.isArray(offsets) ? offsets : [];
  if (!isCount(begin) || !isCount(end) || end < begin || more.length > 0) {
    fail(`${label}: data_offsets ${JSON.stringify(offsets)}`, '[begin, end], 0 <= begin <= end', REWRITE);
  }
  const expected = count * ARRAY_TYPES[dtype].BYTES_PER_ELEMENT;
  if (end - begin !== expected) {
    fail(
      `${label}: data_offsets ${JSON.stringify(offsets)} have ${plural(end - begin, 'byte')}`,
      `${expected} for ${dtype} ${JSON.stringify(shape)}`,
      REWRITE,
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
