export type { Split } from './idx-folder.ts';
export type { LoadedDataset, LoadOptions } from './load-dataset.ts';
export { loadDataset } from './load-dataset.ts';
