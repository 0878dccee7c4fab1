import { bundleError } from '../errors.ts';
import { ARRAY_TYPES, DTYPES, isDtype, requireLittleEndian } from './dtype.ts';
import { elementCount, METADATA_KEY, SAFETENSORS_LIMITS, type SafeTensor } from './tensor.ts';

/** The header is padded with spaces to this many bytes, so that every tensor starts aligned. */
const ALIGNMENT = 8;

/**
 * Writes tensors as one safetensors file, byte for byte as upstream's serializer does:
 * 8 bytes of little-endian header length, the JSON header padded with spaces to 8 bytes, the data.
 * Tensors are laid out by falling alignment of their element type, then by name, without holes.
 *
 * @param tensors in any order; names are unique and not `__metadata__`
 * @param metadata strings for `__metadata__`; left out where there are none
 * @returns a new array the caller owns; the tensors are copied into it
 * @throws `BUNDLE_SAFETENSORS_TENSOR` a tensor's name, type, shape and data do not fit together
 * @throws `BUNDLE_SAFETENSORS_LIMIT` the header would exceed what readers accept
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

  // Entries, not an object literal: an object would move names that look like integers to the front.
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
      `encodeSafetensors: the header would be ${headerBytes} bytes, readers accept ` +
        `${SAFETENSORS_LIMITS.headerBytes}. Use fewer tensors, shorter names or less metadata.`,
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
    const fail = (got: string, wanted: string): never => {
      throw bundleError(
        'BUNDLE_SAFETENSORS_TENSOR',
        `encodeSafetensors: tensor ${JSON.stringify(name)}: got ${got}; wanted ${wanted}.`,
      );
    };
    if (name === METADATA_KEY) fail(`the name ${METADATA_KEY}`, 'another name: this one is the metadata');
    if (seen.has(name)) fail('the name twice', 'each name once');
    seen.add(name);
    if (!isDtype(dtype)) fail(`dtype ${String(dtype)}`, `one of ${DTYPES.join(', ')}`);
    if (!(data instanceof ARRAY_TYPES[dtype])) {
      fail(`data in ${Object.prototype.toString.call(data)}`, `${ARRAY_TYPES[dtype].name} for ${dtype}`);
    }
    const count = elementCount(shape);
    if (count === undefined) fail(`shape [${shape.join(', ')}]`, 'non-negative integers');
    if (count !== data.length) {
      fail(`${data.length} elements`, `${count}, the product of shape [${shape.join(', ')}]`);
    }
  }
}

/** Upstream sorts names by their UTF-8 bytes, which is code point order; JavaScript's `<` is UTF-16 order. */
function compareUtf8(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
