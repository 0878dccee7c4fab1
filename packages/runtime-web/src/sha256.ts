import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Number of bytes that are hashed without a pause. They take a few milliseconds on a slow phone. */
const SLICE_BYTES = 1 << 18;

/** Computes the SHA-256 of `bytes` in lower-case hexadecimal, without blocking the page. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  // The browser's implementation exists only on secure pages (HTTPS or localhost).
  if (globalThis.crypto?.subtle === undefined) return sha256InSlices(bytes);
  return bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))));
}

/** Computes the same hash as {@link sha256Hex} in JavaScript, with pauses for other work of the page. */
export async function sha256InSlices(bytes: Uint8Array): Promise<string> {
  const hash = sha256.create();
  for (let from = 0; from < bytes.length; from += SLICE_BYTES) {
    hash.update(bytes.subarray(from, from + SLICE_BYTES));
    await new Promise((resolve) => setTimeout(resolve));
  }
  return bytesToHex(hash.digest());
}
