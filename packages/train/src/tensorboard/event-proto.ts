/**
 * Encodes the messages of TensorBoard's event.proto and summary.proto that a training run needs.
 *
 * @see https://github.com/tensorflow/tensorboard/blob/2.20.0/tensorboard/compat/proto/event.proto
 */

/** The content of an event. Each kind is one field of `Event.what`. */
export type EventContent =
  /** First event of a file. */
  | { readonly kind: 'fileVersion'; readonly version: string }
  /** Marks the step from which a run resumes. Readers discard this step and later steps in earlier files. */
  | { readonly kind: 'sessionStart' }
  | { readonly kind: 'scalars'; readonly values: readonly (readonly [tag: string, value: number])[] }
  | { readonly kind: 'image'; readonly tag: string; readonly image: EncodedImage };

/** An image file with its dimensions. */
export interface EncodedImage {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly png: Uint8Array;
}

type Bytes = readonly number[];

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

const key = (field: number, wireType: number): Bytes => varint(field * 8 + wireType);

function varint(value: number): Bytes {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return [...bytes, rest];
}

// proto3 omits fields with default values.
const integer = (field: number, value: number): Bytes =>
  value === 0 ? [] : [...key(field, VARINT), ...varint(value)];

function float(field: number, value: number): Bytes {
  return [...key(field, FIXED32), ...new Uint8Array(Float32Array.of(value).buffer)];
}

function double(field: number, value: number): Bytes {
  return value === 0 ? [] : [...key(field, FIXED64), ...new Uint8Array(Float64Array.of(value).buffer)];
}

function bytes(field: number, value: ArrayLike<number>): Bytes {
  return [...key(field, BYTES), ...varint(value.length), ...Array.from(value)];
}

const text = (field: number, value: string): Bytes => bytes(field, new TextEncoder().encode(value));

// Field numbers of Summary.Value: tag = 1, simple_value = 2, image = 4. simple_value is written even if it is 0,
// because it is in a oneof.
const scalarValue = ([tag, value]: readonly [string, number]): Bytes =>
  bytes(1, [...text(1, tag), ...float(2, value)]);

// Field numbers of Summary.Image: height = 1, width = 2, colorspace = 3, encoded_image_string = 4.
const imageValue = (tag: string, { height, width, channels, png }: EncodedImage): Bytes =>
  bytes(1, [
    ...text(1, tag),
    ...bytes(4, [...integer(1, height), ...integer(2, width), ...integer(3, channels), ...bytes(4, png)]),
  ]);

function content(what: EventContent): Bytes {
  switch (what.kind) {
    case 'fileVersion':
      return text(3, what.version);
    case 'scalars':
      return bytes(5, what.values.flatMap(scalarValue));
    case 'image':
      return bytes(5, imageValue(what.tag, what.image));
    case 'sessionStart':
      return bytes(7, integer(1, 1)); // SessionLog.status = START
    default:
      return what satisfies never;
  }
}

/**
 * Encodes an `Event` message, with the field numbers wall_time = 1 and step = 2, followed by its content.
 *
 * @param seconds time in seconds since 1970
 * @param step whole number below 2⁵³
 */
export function encodeEvent(seconds: number, step: number, what: EventContent): Uint8Array {
  return Uint8Array.from([...double(1, seconds), ...integer(2, step), ...content(what)]);
}
