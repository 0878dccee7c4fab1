/**
 * Splits messages into encoded fields, so that some fields can be replaced and the others copied.
 *
 * This file runs in web pages, so it does not use protobufjs. In a page that only draws images, protobufjs and the
 * generated code would increase the size of our code by two thirds. A page would also need a bundler, because
 * protobufjs is a CommonJS module.
 */
import { type IsonoiseError, plural } from '@isonoise/error';
import { onnxError } from './errors.ts';

/** A field of a message. */
export interface Field {
  /** Field number in the schema. */
  readonly number: number;
  /** Bytes of the field with its tag. A message is the concatenation of its whole fields. */
  readonly whole: Uint8Array;
  /** Bytes of the value: the contents of a string or message, or the encoding of a number. */
  readonly value: Uint8Array;
}

/** Wire types of the protobuf encoding, without the two deprecated wire types for groups. */
const WIRE = { varint: 0, fixed64: 1, lengthDelimited: 2, fixed32: 5 } as const;

/**
 * Splits a message into its fields.
 *
 * @throws ONNX_TRUNCATED if the message ends inside a field; ONNX_MALFORMED if a field has an unknown wire type
 */
export function fieldsOf(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  for (let start = 0, end = 0; start < message.length; start = end) {
    const tag = readVarint(message, start);
    const from = { at: tag.end, end: tag.end };
    switch (tag.value % 8) {
      case WIRE.varint:
        from.end = readVarint(message, tag.end).end;
        break;
      case WIRE.fixed64:
        from.end += 8;
        break;
      case WIRE.fixed32:
        from.end += 4;
        break;
      case WIRE.lengthDelimited: {
        const length = readVarint(message, tag.end);
        from.at = length.end;
        from.end = length.end + length.value;
        break;
      }
      default:
        throw onnxError(
          'ONNX_MALFORMED',
          `protobuf: found a field of wire type ${tag.value % 8} at byte ${start}; expected 0, 1, 2 or 5. Get the file again.`,
        );
    }
    end = from.end;
    if (end > message.length) throw truncated(message);
    fields.push({
      number: Math.floor(tag.value / 8),
      whole: message.subarray(start, end),
      value: message.subarray(from.at, end),
    });
  }
  return fields;
}

export const stringOf = ({ value }: Field): string => new TextDecoder().decode(value);
/** Returns the value of an integer field, truncated to 32 bits. */
export const int32Of = ({ value }: Field): number => readVarint(value, 0).low | 0;
/**
 * Returns the value of a float32 field.
 * @throws ONNX_MALFORMED if the field does not have four bytes
 */
export function float32Of({ number, value }: Field): number {
  if (value.length !== 4) {
    throw onnxError(
      'ONNX_MALFORMED',
      `protobuf: field ${number} has ${plural(value.length, 'byte')}; expected four bytes, a float32. Get the file again.`,
    );
  }
  return new DataView(value.buffer, value.byteOffset, value.byteLength).getFloat32(0, true);
}

/** Encodes a field of bytes or of a message. */
export function messageField(number: number, content: Uint8Array): Uint8Array {
  return concatenate([varints(number * 8 + WIRE.lengthDelimited, content.length), content]);
}

export function stringField(number: number, value: string): Uint8Array {
  return messageField(number, new TextEncoder().encode(value));
}

/** Encodes a field with an integer ≥ 0. */
export function integerField(number: number, value: number): Uint8Array {
  return varints(number * 8 + WIRE.varint, value);
}

/**
 * Encodes integers ≥ 0, seven bits per byte. Bit operators are not used, because they fail for lengths over 2³¹.
 */
export function varints(...values: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  for (let value of values) {
    for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
    bytes.push(value);
  }
  return Uint8Array.from(bytes);
}

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

interface Varint {
  /** The value; exact below 2⁵³. */
  readonly value: number;
  /** The lowest 32 bits. */
  readonly low: number;
  readonly end: number;
}

function readVarint(message: Uint8Array, start: number): Varint {
  let [value, low] = [0, 0];
  for (let at = start, bit = 0; at < message.length; at++, bit += 7) {
    const byte = message[at] ?? 0;
    value += (byte & 127) * 2 ** bit;
    if (bit < 32) low |= (byte & 127) << bit;
    if (byte < 128) return { value, low, end: at + 1 };
  }
  throw truncated(message);
}

function truncated({ length }: Uint8Array): IsonoiseError {
  return onnxError(
    'ONNX_TRUNCATED',
    `protobuf: the message ends inside a field, after ${plural(length, 'byte')}; expected a complete message. Get the file again.`,
  );
}
