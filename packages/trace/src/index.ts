export { TraceError, type TraceErrorCode } from './errors.ts';
export type { TensorSpec, TraceOptions } from './spec.ts';
export { type TraceableFunction, trace, traceModel } from './trace.ts';
