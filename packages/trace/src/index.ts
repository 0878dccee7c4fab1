export { TraceError, type TraceErrorCode } from './errors.ts';
export { BLOCKED_DOMAIN } from './passes/block-channels.ts';
export type { TensorSpec, TraceOptions } from './spec.ts';
export { type TraceableFunction, trace, traceModel } from './trace.ts';
