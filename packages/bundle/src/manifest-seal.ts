import { endOfJsonString } from '@isonoise/error';
import { DAMAGED } from './check-file.ts';
import { bundleError } from './errors.ts';
import { BUNDLE_PATHS } from './files.ts';
import { encodeJson } from './json.ts';
import { sha256Hex } from './sha256.ts';

// The manifest contains a hash of every file and, at its end, a hash of its own text. The hash of the text covers every
// character except itself and the white space between tokens, so line endings and indentation do not matter. It detects
// damage, but not an attacker, who can write a matching hash.

const OWN_HASH = /,"sha256":"([0-9a-f]{64})"\}$/;

/** Encodes `isonoise.json`, that is, `content` with its hash as the last key. @returns the bytes and the hash */
export function sealManifest(content: object): { readonly bytes: Uint8Array; readonly sha256: string } {
  const unsealed = new TextDecoder().decode(encodeJson(content, BUNDLE_PATHS.manifest));
  const sha256 = hashOf(withoutSpace(unsealed));
  return { bytes: encodeJson({ ...content, sha256 }, BUNDLE_PATHS.manifest), sha256 };
}

/**
 * Checks the hash at the end of a manifest.
 *
 * @param bytes a manifest that has been parsed before, and is therefore valid JSON in UTF-8
 * @throws `BUNDLE_FILE_INVALID` if the hash is missing at the end
 * @throws `BUNDLE_HASH_MISMATCH` if the content has a different hash
 */
export function checkSeal(bytes: Uint8Array): void {
  const text = withoutSpace(new TextDecoder().decode(bytes));
  const [end, expected] = OWN_HASH.exec(text) ?? [];
  if (end === undefined) {
    throw bundleError(
      'BUNDLE_FILE_INVALID',
      `${BUNDLE_PATHS.manifest}: the hash of the file itself is missing; expected the key "sha256" at the end. ${DAMAGED}`,
    );
  }
  const got = hashOf(`${text.slice(0, -end.length)}}`);
  if (got === expected) return;
  throw bundleError(
    'BUNDLE_HASH_MISMATCH',
    `${BUNDLE_PATHS.manifest}: the SHA-256 of its content is ${got}; expected ${expected}, the value of its last key. ${DAMAGED}`,
  );
}

const SPACE = '\t\n\r ';

function withoutSpace(json: string): string {
  const pieces: string[] = [];
  let from = 0;
  for (let at = 0; at < json.length; at++) {
    const character = json[at] as string;
    if (character === '"') at = endOfJsonString(json, at) - 1;
    else if (SPACE.includes(character)) {
      if (at > from) pieces.push(json.slice(from, at));
      from = at + 1;
    }
  }
  pieces.push(json.slice(from));
  return pieces.join('');
}

function hashOf(text: string): string {
  return sha256Hex(new TextEncoder().encode(text));
}
