export type { ImportErrorCode } from './errors.ts';
export { findModel, type ModelFiles } from './find-model.ts';
export { type ImportedModel, type ImportOptions, importModel } from './import-model.ts';
export { compareRecorded, type Recorded, readRecorded } from './recorded.ts';
export type { SourceFile, SourceFolder } from './source.ts';
