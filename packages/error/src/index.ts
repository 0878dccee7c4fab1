export { codeOf } from './code-of.ts';
export { findDuplicateKey } from './duplicate-key.ts';
export { IsonoiseError, isIsonoiseError } from './isonoise-error.ts';
export { isTooDeep } from './json-depth.ts';
export { endOfJsonString } from './json-string.ts';
export { listed, listedLines } from './listed.ts';
export {
  type ErrorEntry,
  type MakeError,
  type MakeLineError,
  makeError,
  makeLineError,
} from './make-error.ts';
export { type PackedError, packError, unpackError } from './pack-error.ts';
export { plural } from './plural.ts';
export { printable, printableJson, printableLines } from './printable.ts';
export { showValue } from './show-value.ts';
export { withLocation } from './with-location.ts';
