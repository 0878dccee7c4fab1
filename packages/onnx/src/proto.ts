/**
 * Wraps the generated protobuf code; no other file uses it. This file adds missing types, and corrects behaviour of
 * protobufjs that would lose data.
 */
import protobuf from 'protobufjs/minimal.js';
import { onnxError } from './errors.ts';
import { onnx } from './generated/onnx.ts';
import type { onnx as Onnx } from './generated/types.ts';
import { isInt64 } from './number-range.ts';

export type AttributeMessage = Onnx.AttributeProto.$Properties;
export type EntryMessage = Onnx.StringStringEntryProto.$Properties;
export type GraphMessage = Onnx.GraphProto.$Properties;
export type ModelMessage = Onnx.ModelProto.$Properties;
export type NodeMessage = Onnx.NodeProto.$Properties;
export type TensorMessage = Onnx.TensorProto.$Properties;
export type TypeMessage = Onnx.TypeProto.$Properties;
export type ValueInfoMessage = Onnx.ValueInfoProto.$Properties;

/** A 64-bit field in protobufjs. */
export type Int64 = number | { readonly low: number; readonly high: number; readonly unsigned: boolean };

/** Value of `TensorProto.DataLocation` for elements in another file. */
export const EXTERNAL = 1;

interface MessageTypes {
  graph: GraphMessage;
  model: ModelMessage;
  node: NodeMessage;
  tensor: TensorMessage;
  valueInfo: ValueInfoMessage;
}

type Codec<M> = {
  encode(message: M): { finish(): Uint8Array };
  decode(reader: protobuf.Reader): M;
};

const codecs: { readonly [K in keyof MessageTypes]: Codec<MessageTypes[K]> } = {
  graph: onnx.GraphProto,
  model: onnx.ModelProto,
  node: onnx.NodeProto,
  tensor: onnx.TensorProto,
  valueInfo: onnx.ValueInfoProto,
};

/**
 * Reader that keeps unknown fields and counts fields.
 *
 * It rejects strings that are not UTF-8, because replacing characters would rename values. It reads 64-bit integers
 * exactly. protobufjs rounds them to float64 if it does not find the package `long`, which depends on how the program is
 * bundled.
 */
class StrictReader extends protobuf.Reader {
  private fieldsLeft: number;
  private readonly maxFields: number;

  constructor(bytes: Uint8Array, maxFields: number) {
    super(bytes);
    this.discardUnknown = false;
    this.maxFields = maxFields;
    this.fieldsLeft = maxFields;
    // Methods cannot be declared here, because their types would need the package `long`.
    Object.assign(this, { int64: () => this.varint64(false), uint64: () => this.varint64(true) });
  }

  override tag(): number {
    if (--this.fieldsLeft < 0) {
      throw onnxError(
        'ONNX_LIMIT',
        `decodeModel: too many protobuf fields; expected at most ${this.maxFields} (limits.maxFields). ` +
          'Raise the limit if you trust the file.',
      );
    }
    return super.tag();
  }

  private varint64(unsigned: boolean): Int64 {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.buf[this.pos++];
      if (byte === undefined || this.pos > this.len)
        throw new RangeError(`index out of range: ${this.pos} > ${this.len}`);
      const bits = byte & 127;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >> 4;
      } else {
        high |= bits << (shift - 32);
      }
      if (byte < 128) {
        const number = (unsigned ? high >>> 0 : high) * 4294967296 + (low >>> 0);
        return Number.isSafeInteger(number) ? number : { low, high, unsigned };
      }
    }
    throw new Error('invalid varint encoding');
  }

  override string(): string {
    const at = this.pos;
    try {
      return this.stringVerify();
    } catch (cause) {
      if (cause instanceof RangeError) throw cause;
      throw onnxError(
        'ONNX_MALFORMED',
        `decodeModel: the string at byte ${at} is not UTF-8; expected UTF-8. Get the file again.`,
        { cause },
      );
    }
  }
}

/** Decodes a message; byte fields are views of `bytes`. Errors of protobufjs are not converted. */
export function decodeMessage<K extends keyof MessageTypes>(
  type: K,
  bytes: Uint8Array,
  maxFields: number = Number.POSITIVE_INFINITY,
): MessageTypes[K] {
  // With a Buffer, protobufjs would return Buffers.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return codecs[type].decode(new StrictReader(plain, maxFields));
}

/** Encodes a message. */
export function encodeMessage<K extends keyof MessageTypes>(type: K, message: MessageTypes[K]): Uint8Array {
  // protobufjs writes into pooled Buffers in Node; the copy is an independent Uint8Array.
  return new Uint8Array(codecs[type].encode(message).finish());
}

/** Returns the field if it is set in the message, else undefined. An unset field has a default on the prototype. */
export function stated<M extends object, K extends keyof M>(
  message: M,
  key: K,
): NonNullable<M[K]> | undefined {
  return Object.hasOwn(message, key) ? (message[key] ?? undefined) : undefined;
}

/** Whether only these fields are set in the message. */
export function statesOnly<M extends { $unknowns?: Uint8Array[] }>(
  message: M,
  keys: readonly (keyof M)[],
): boolean {
  if (message.$unknowns?.length) return false;
  return Object.entries(message).every(
    ([key, value]) =>
      (keys as readonly string[]).includes(key) ||
      value == null ||
      (Array.isArray(value) && value.length === 0),
  );
}

/** Encodes the fields of a message other than `keys`, plus `more`; undefined if there are none. */
export function restOf<K extends keyof MessageTypes>(
  type: K,
  message: MessageTypes[K],
  keys: readonly (keyof MessageTypes[K])[],
  more: MessageTypes[K] = {},
): Uint8Array | undefined {
  const { $unknowns: unknowns } = message;
  const left = Object.entries(message).filter(([key]) => !(keys as readonly string[]).includes(key));
  const bytes = encodeMessage(type, {
    ...Object.fromEntries(left),
    ...more,
    ...(unknowns === undefined ? {} : { $unknowns: unknowns }),
  });
  return bytes.length === 0 ? undefined : bytes;
}

/** Returns a 64-bit field as a number if that is exact, else as a bigint. */
export function fromInt64(value: Int64): number | bigint {
  if (typeof value === 'number') return value;
  const low = value.low >>> 0;
  const high = value.unsigned ? value.high >>> 0 : value.high | 0;
  const number = high * 4294967296 + low;
  return Number.isSafeInteger(number) ? number : (BigInt(high) << 32n) | BigInt(low);
}

/**
 * Converts to a 64-bit signed field for protobufjs.
 * @throws ONNX_BAD_VALUE if the value is not a safe integer or a bigint of 64 bits
 */
export function toInt64(value: number | bigint, what: string): Int64 {
  if (!isInt64(value)) {
    throw onnxError(
      'ONNX_BAD_VALUE',
      `${what} is ${value}; expected an int64: a safe integer, or a bigint of 64 bits. Pass values beyond 2^53 as a bigint.`,
    );
  }
  if (typeof value === 'number') return value;
  return {
    low: Number(BigInt.asIntN(32, value)),
    high: Number(BigInt.asIntN(32, value >> 32n)),
    unsigned: false,
  };
}
