import { plural } from '@isonoise/error';
import { bundleError } from '../errors.ts';
import { ARRAY_TYPES, DTYPES, isDtype, requireLittleEndian } from './dtype.ts';
import { elementCount, METADATA_KEY, SAFETENSORS_LIMITS, type SafeTensor } from './tensor.ts';

/**
 * Alignment in bytes. The header is padded with spaces to a multiple of this number, so that every tensor
 * starts aligned.
 */
const ALIGNMENT = 8;

/**
 * Encodes tensors as a safetensors file with the same bytes as upstream's serializer. The file consists of the length
 * of the header (8 bytes, little-endian), the JSON header, and the data. Spaces pad the header to a multiple of 8
 * bytes. The tensors follow each other without gaps, ordered by decreasing alignment of their element type, then by
 * name.
 *
 * @param tensors tensors in any order, with unique names other than `__metadata__`
 * @param metadata strings for `__metadata__`; the file omits this key if there are none
 * @returns a new array that the caller owns; the tensors are copied into it
 * @throws `BUNDLE_SAFETENSORS_TENSOR` if name, type, shape and data of a tensor are inconsistent
 * @throws `BUNDLE_SAFETENSORS_LIMIT` if the header exceeds the limit of readers
 */
export function encodeSafetensors(
  tensors: readonly SafeTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  requireLittleEndian('encodeSafetensors');
  checkTensors(tensors);
  const ordered = [...tensors].sort(
    (a, b) => DTYPES.indexOf(b.dtype) - DTYPES.indexOf(a.dtype) || compareUtf8(a.name, b.name),
  );

  // Build the header as text. An object would move keys that look like integers to the front.
  const entries: string[] = [];
  if (Object.keys(metadata).length > 0) entries.push(`"${METADATA_KEY}":${JSON.stringify(metadata)}`);
  let offset = 0;
  for (const { name, dtype, shape, data } of ordered) {
    const info = { dtype, shape, data_offsets: [offset, offset + data.byteLength] };
    entries.push(`${JSON.stringify(name)}:${JSON.stringify(info)}`);
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(`{${entries.join(',')}}`);
  const headerBytes = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  if (headerBytes > SAFETENSORS_LIMITS.headerBytes) {
    throw bundleError(
      'BUNDLE_SAFETENSORS_LIMIT',
      `encodeSafetensors: the header would have ${plural(headerBytes, 'byte')}; expected at most ` +
        `${SAFETENSORS_LIMITS.headerBytes}, the limit of readers. Use fewer tensors, shorter names or less metadata.`,
    );
  }

  const file = new Uint8Array(8 + headerBytes + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, 8, 8 + headerBytes);
  file.set(json, 8);
  let position = 8 + headerBytes;
  for (const { data } of ordered) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}

function checkTensors(tensors: readonly SafeTensor[]): void {
  const seen = new Set<string>();
  for (const { name, dtype, shape, data } of tensors) {
    const fail = (got: string, expected: string): never => {
      throw bundleError(
        'BUNDLE_SAFETENSORS_TENSOR',
        `encodeSafetensors: tensor ${JSON.stringify(name)}: got ${got}; expected ${expected}. Correct the tensor.`,
      );
    };
    if (name === METADATA_KEY)
      fail(`the name ${METADATA_KEY}`, 'a different name, because this one is reserved for the metadata');
    if (seen.has(name)) fail('the name twice', 'each name once');
    seen.add(name);
    if (!isDtype(dtype)) fail(`dtype ${String(dtype)}`, `one of ${DTYPES.join(', ')}`);
    if (!(data instanceof ARRAY_TYPES[dtype])) {
      fail(`data in ${Object.prototype.toString.call(data)}`, `${ARRAY_TYPES[dtype].name} for ${dtype}`);
    }
    const count = elementCount(shape);
    if (count === undefined) fail(`shape [${shape.join(', ')}]`, 'non-negative integers');
    if (count !== data.length) {
      fail(plural(data.length, 'element'), `${count}, the product of shape [${shape.join(', ')}]`);
    }
  }
}

/**
 * Compares names by code point. This gives the order of upstream, which compares UTF-8 bytes. JavaScript's `<` would
 * compare UTF-16 units.
 */
function compareUtf8(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
