import { plural } from '@isonoise/error';
import { bundleError } from './errors.ts';

// Field numbers of onnx.proto: ModelProto.metadata_props, StringStringEntryProto.key and .value.
export const METADATA_PROPS = 14;
export const PROP_KEY = 1;
export const PROP_VALUE = 2;

/**
 * Reads `metadata_props` of an ONNX file. Skips everything else, including weights. It needs neither a session nor a
 * decoded model.
 *
 * @param bytes a ModelProto
 * @throws `BUNDLE_METADATA` if the bytes are not a protobuf message
 */
export function readOnnxMetadata(bytes: Uint8Array): Record<string, string> {
  const entries: [string, string][] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number !== METADATA_PROPS || field.content === undefined) continue;
    let key = '';
    let value = '';
    for (const { number, content } of fieldsOf(field.content)) {
      if (number === PROP_KEY && content) key = text(content);
      if (number === PROP_VALUE && content) value = text(content);
    }
    entries.push([key, value]);
  }
  return Object.fromEntries(entries);
}

interface Field {
  readonly number: number;
  /** Content of a length-delimited field; undefined for other wire types. */
  readonly content: Uint8Array | undefined;
}

function fail(offset: number, problem: string): never {
  throw bundleError(
    'BUNDLE_METADATA',
    `readOnnxMetadata: byte ${offset}: ${problem}; expected an ONNX model. The file is truncated or not ONNX: get it again.`,
  );
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/**
 * Iterates over the fields of a protobuf message (encoding guide of Protocol Buffers, "Message Structure").
 */
function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    // A varint has at most 10 bytes. Lengths above 2^53 lose bits here, but then fail the bounds check below.
    for (let i = 0; i < 10; i++) {
      const byte = bytes[at++];
      if (byte === undefined) fail(at, 'the file ends inside a number');
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    return fail(at, 'a number has more than 10 bytes');
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    let length: number;
    switch (tag % 8) {
      case 0:
        varint();
        yield { number, content: undefined };
        continue;
      case 1:
        length = 8;
        break;
      case 2:
        length = varint();
        break;
      case 5:
        length = 4;
        break;
      default:
        fail(at, `wire type ${tag % 8}`);
    }
    if (number === 0 || at + length > bytes.length)
      fail(at, `field ${number} of ${plural(length, 'byte')} does not fit`);
    yield { number, content: tag % 8 === 2 ? bytes.subarray(at, at + length) : undefined };
    at += length;
  }
}
