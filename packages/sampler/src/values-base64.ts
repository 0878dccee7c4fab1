import { plural } from '@isonoise/error';
import type { Fail } from './plan-limits.ts';

/** Encodes float32 values, little-endian, as base64. */
export function valuesToBase64(values: Float32Array): string {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i] as number, true);
  return bytesToBase64(bytes);
}

/**
 * The inverse of {@link valuesToBase64}.
 *
 * @param name name of the values in errors
 * @param fail throws the caller's error with the given problem
 */
export function valuesFromBase64(name: string, text: string, fail: Fail): Float32Array {
  const bytes =
    bytesFromBase64(text) ?? fail(`${name} is not base64; expected the base64 of float32 values.`);
  if (bytes.length % 4 !== 0)
    fail(`${name} has ${plural(bytes.length, 'byte')}; expected whole float32 values.`);
  const view = new DataView(bytes.buffer);
  const values = new Float32Array(bytes.length / 4);
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(4 * i, true);
  return values;
}

/** Encodes bytes as base64. */
export function bytesToBase64(bytes: Uint8Array): string {
  let binary = '';
  // The bytes are converted in pieces, because the number of arguments of a call is limited.
  for (let at = 0; at < bytes.length; at += 8192)
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}

/** Decodes base64. @returns null if the text is not base64 */
export function bytesFromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    // The caller reports the problem; the error of atob says no more.
    return null;
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
