export { TraceError, type TraceErrorCode } from './errors.ts';
export { type TensorSpec, type TraceableFunction, type TraceOptions, trace, traceModel } from './trace.ts';
