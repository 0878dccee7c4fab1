export { type Comparison, compareWithTfjs } from './compare-with-tfjs.ts';
export {
  EXPORT_TOLERANCE,
  ExportError,
  type ExportRequest,
  type ExportResult,
  exportBundle,
} from './export-bundle.ts';
export { namedWeights, traceNetwork } from './network-model.ts';
