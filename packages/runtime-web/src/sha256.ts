import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Some milliseconds of hashing on a slow phone. */
const SLICE_BYTES = 1 << 18;

/** @returns SHA-256 of `bytes`, lower-case hexadecimal, without keeping the page from other work */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  // The browser's own is there on secure pages only: with HTTPS, or from this computer.
  if (globalThis.crypto?.subtle === undefined) return sha256InSlices(bytes);
  return bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))));
}

export async function sha256InSlices(bytes: Uint8Array): Promise<string> {
  const hash = sha256.create();
  for (let from = 0; from < bytes.length; from += SLICE_BYTES) {
    hash.update(bytes.subarray(from, from + SLICE_BYTES));
    await new Promise((resolve) => setTimeout(resolve));
  }
  return bytesToHex(hash.digest());
}
