export { codeOf } from './code-of.ts';
export { IsonoiseError, isIsonoiseError } from './isonoise-error.ts';
export { type ErrorEntry, type MakeError, makeError } from './make-error.ts';
export { type PackedError, packError, unpackError } from './pack-error.ts';
