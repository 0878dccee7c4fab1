/** @public */
export { EXPORT_TOLERANCE } from './checked-graph.ts';
/** @public */
export { type Comparison, compareWithTfjs } from './compare-with-tfjs.ts';
export type { ExportErrorCode } from './errors.ts';
export { type ExportResult, exportBundle } from './export-bundle.ts';
export { CLASSIFIER_TENSORS, type ClassifierExport, exportClassifier } from './export-classifier.ts';
export type { ExportRequest } from './export-request.ts';
export type { Drift } from './golden-image.ts';
export {
  exportedSpec,
  flatWeights,
  namedWeights,
  type Precision,
  precisionOf,
  traceNetwork,
} from './network-model.ts';
