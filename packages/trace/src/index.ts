export { type TraceErrorCode, traceError } from './errors.ts';
export { BLOCKED_DOMAIN } from './passes/block-channels.ts';
export type { TraceableFunction } from './record.ts';
export type { TensorSpec, TraceOptions } from './spec.ts';
export { trace, traceModel } from './trace.ts';
