/**
 * Returns the bytes of float32 values without copying. They are little-endian, as is every machine that ONNX
 * Runtime supports.
 */
export function bytesOf(values: Float32Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
}

/** Encodes the bytes of float32 values, little-endian, as base64. */
export function base64Of(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}
