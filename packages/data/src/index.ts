export { isTransparent, premultiply } from './alpha.ts';
export { type AtlasGrid, type CutPicture, cutAtlas, cutSeamless, cutTiles } from './atlas.ts';
export type { Batch, Batches, BatchOptions } from './batches.ts';
export { createBatches } from './batches.ts';
export { chooseKernel } from './choose-kernel.ts';
export type { Cifar10Records } from './cifar10.ts';
export { datasetFromCifar10 } from './cifar10.ts';
export { MNIST_CLASSES } from './class-names.ts';
export type { Dataset } from './dataset.ts';
export type { ChannelRange, DatasetDescription } from './describe.ts';
export { describeDataset } from './describe.ts';
export type { DataErrorCode, DataErrorOptions } from './errors.ts';
export { DataError } from './errors.ts';
export type { DecodedImage, FolderImages } from './folder-images.ts';
export { readFolderImages } from './folder-images.ts';
export { emptyFolder, type FolderListing, listingOf } from './folder-listing.ts';
export { type FolderPlan, planFolder } from './folder-plan.ts';
export { defaultHoldout, type HeldOut, HOLDOUT_KEY_LENGTH, type HoldoutRule, holdOut } from './holdout.ts';
export type { Icon, IconSet } from './icons/icon-set.ts';
export type { IdxArray } from './idx.ts';
export { datasetFromIdx, parseIdx } from './idx.ts';
export { type ImageKind, imageExtensions, imageFormats, imageKind } from './image-format.ts';
export { type ImageSize, parseImageSize, type SizeText, sizeText } from './image-size.ts';
export { type RepairedJpeg, repairedJpeg } from './jpeg/index.ts';
export { fromEachClass } from './limit.ts';
export { DATA_LIMITS } from './limits.ts';
export { type Look, lookOf, MAX_PALETTE_COLOURS, type Rgba } from './look.ts';
export { coloursOf, isLookRecord, type LookRecord, lookRecord, noPaletteReason } from './look-record.ts';
export type { NamedBytes } from './named-bytes.ts';
export { normalize } from './normalize.ts';
export { padTo } from './pad.ts';
export {
  cutShare,
  FITS,
  type Fit,
  fitRaster,
  hasBars,
  isCutting,
  KERNELS,
  type Kernel,
  placement,
  SCALING_FITS,
  type ScalingFit,
} from './picture-fit.ts';
export type { ChannelChoice, Channels } from './pixel-store.ts';
export type { Raster } from './raster.ts';
export { planarOf } from './rgba.ts';
export type { Keep } from './subset.ts';
export { subset } from './subset.ts';
export { type TagTable, tagCounts, tagsOfImage } from './tags.ts';
export { decodeText } from './text.ts';
