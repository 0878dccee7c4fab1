export type { Downloaded, DownloadOptions, DownloadProgress } from './download-dataset.ts';
export { downloadDataset } from './download-dataset.ts';
export type { Split } from './idx-folder.ts';
export type { ImageFolderOptions } from './image-folder.ts';
export type { LoadedDataset, LoadOptions } from './load-dataset.ts';
export { loadDataset } from './load-dataset.ts';
export type { DatasetName, PublishedFile, PublishedSet } from './published.ts';
export { DATASET_NAMES, isDatasetName, PUBLISHED } from './published.ts';
export type { SourceKind } from './sources.ts';
