import { DAMAGED } from './check-file.ts';
import { bundleError } from './errors.ts';
import { BUNDLE_PATHS } from './files.ts';
import { encodeJson } from './json.ts';
import { endOfJsonString } from './json-string.ts';
import { sha256Hex } from './sha256.ts';

// The manifest hashes every file; its own hash stands at its end. That hash is of the text without the white space
// between its parts and without the hash itself, so that line ends and indentation do not count and every other
// character does. It finds damage. It does not find malice: who changes the text can also write the hash that fits.

const OWN_HASH = /,"sha256":"([0-9a-f]{64})"\}$/;

/** @returns bytes of `isonoise.json`: `content` with its hash as the last key, and the hash */
export function sealManifest(content: object): { readonly bytes: Uint8Array; readonly sha256: string } {
  const unsealed = new TextDecoder().decode(encodeJson(content, BUNDLE_PATHS.manifest));
  const sha256 = hashOf(withoutSpace(unsealed));
  return { bytes: encodeJson({ ...content, sha256 }, BUNDLE_PATHS.manifest), sha256 };
}

/**
 * @param bytes of a manifest that was parsed: valid JSON in UTF-8
 * @throws `BUNDLE_FILE_INVALID` the hash is not at its end; `BUNDLE_HASH_MISMATCH`
 */
export function checkSeal(bytes: Uint8Array): void {
  const text = withoutSpace(new TextDecoder().decode(bytes));
  const [end, expected] = OWN_HASH.exec(text) ?? [];
  if (end === undefined) {
    throw bundleError(
      'BUNDLE_FILE_INVALID',
      `${BUNDLE_PATHS.manifest}: its own SHA-256 is missing; expected the key "sha256" at its end. ${DAMAGED}`,
    );
  }
  const got = hashOf(`${text.slice(0, -end.length)}}`);
  if (got === expected) return;
  throw bundleError(
    'BUNDLE_HASH_MISMATCH',
    `${BUNDLE_PATHS.manifest}: SHA-256 of its content is ${got}; expected ${expected}, which it says of itself. ${DAMAGED}`,
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
