/** Returns the bytes of float32 values, little-endian, which is the order of every processor that ONNX Runtime supports. */
export function bytesOfValues(values: Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

/** Copies bytes of {@link bytesOfValues} into new float32 values; the length must be a multiple of four. */
export function valuesOfBytes(bytes: Buffer): Float32Array {
  const values = new Float32Array(bytes.length / 4);
  bytesOfValues(values).set(bytes);
  return values;
}
