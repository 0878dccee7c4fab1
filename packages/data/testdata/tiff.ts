/**
 * Bits and SampleFormat (1 unsigned, 2 signed, 3 float) of each sample format. Source: TIFF 6.0, sections 8
 * ("BitsPerSample") and 19 ("SampleFormat").
 */
const FORMATS = {
  u8: { bits: 8, format: 1, write: (view: DataView, at: number, v: number) => view.setUint8(at, v) },
  u16: { bits: 16, format: 1, write: (view: DataView, at: number, v: number) => view.setUint16(at, v, true) },
  u32: { bits: 32, format: 1, write: (view: DataView, at: number, v: number) => view.setUint32(at, v, true) },
  i8: { bits: 8, format: 2, write: (view: DataView, at: number, v: number) => view.setInt8(at, v) },
  i16: { bits: 16, format: 2, write: (view: DataView, at: number, v: number) => view.setInt16(at, v, true) },
  i32: { bits: 32, format: 2, write: (view: DataView, at: number, v: number) => view.setInt32(at, v, true) },
  f32: { bits: 32, format: 3, write: (view: DataView, at: number, v: number) => view.setFloat32(at, v, true) },
  f64: { bits: 64, format: 3, write: (view: DataView, at: number, v: number) => view.setFloat64(at, v, true) },
} as const;

export type SampleFormat = keyof typeof FORMATS;

/**
 * Encodes an uncompressed TIFF file with one strip.
 *
 * @param values samples, `[H, W, C]`
 * @param channels 1 (black is 0), 3 (red, green, blue) or 4 (with opacity); with matching `declared` tags, any number
 * @param declared values for the tags PhotometricInterpretation, ExtraSamples and YCbCrSubSampling
 */
export function tiffFile(
  format: SampleFormat,
  values: readonly number[],
  width: number,
  channels = 1,
  declared: {
    readonly photometric?: number;
    readonly extra?: readonly number[];
    readonly subsampling?: readonly [number, number];
  } = {},
): Uint8Array {
  const { photometric = channels === 1 ? 1 : 2, extra = channels === 4 ? [2] : [], subsampling } = declared;
  const { bits, format: sampleFormat, write } = FORMATS[format];
  const height = values.length / width / channels;
  const repeated = (value: number): number[] => new Array(channels).fill(value);
  // Each entry has a tag, a type (3 = 16 bits, 4 = 32 bits) and values. Tags must be in ascending order.
  const tags: readonly (readonly [tag: number, type: 3 | 4, values: readonly number[]])[] = [
    [256, 4, [width]],
    [257, 4, [height]],
    [258, 3, repeated(bits)],
    [259, 3, [1]],
    [262, 3, [photometric]],
    [273, 4, [0]], // the offset of the strip, filled in below
    [277, 3, [channels]],
    [278, 4, [height]],
    [279, 4, [(values.length * bits) / 8]],
    ...(extra.length > 0 ? [[338, 3, extra] as const] : []),
    [339, 3, repeated(sampleFormat)],
    ...(subsampling === undefined ? [] : [[530, 3, subsampling] as const]),
  ];
  const directory = 8 + 2 + 12 * tags.length + 4;
  const outside = tags.filter(([, type, list]) => list.length * (type === 3 ? 2 : 4) > 4);
  const pixels = directory + outside.reduce((sum, [, , list]) => sum + 2 * list.length, 0);
  const bytes = new Uint8Array(pixels + (values.length * bits) / 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x002a4949, true); // "II", 42
  view.setUint32(4, 8, true);
  view.setUint16(8, tags.length, true);
  let far = directory;
  for (const [i, [tag, type, given]] of tags.entries()) {
    const at = 10 + 12 * i;
    const list = tag === 273 ? [pixels] : given;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, list.length, true);
    if (type === 4) view.setUint32(at + 8, list[0] ?? 0, true);
    else {
      const inside = list.length <= 2;
      if (!inside) view.setUint32(at + 8, far, true);
      for (const [k, value] of list.entries()) view.setUint16((inside ? at + 8 : far) + 2 * k, value, true);
      if (!inside) far += 2 * list.length;
    }
  }
  for (const [i, value] of values.entries()) write(view, pixels + (i * bits) / 8, value);
  return bytes;
}
