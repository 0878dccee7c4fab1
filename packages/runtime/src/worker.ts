/**
 * Subpath `@isonoise/runtime/worker`: the modules for a model's thread. They do not load the bundle parser or the
 * request checks.
 */
export type { DenoiserContract } from './contract.ts';
export { type RuntimeErrorCode, runtimeError } from './errors.ts';
export type { Port } from './remote/port.ts';
export type { OpenRequest } from './remote/protocol.ts';
export { type ModelHost, type OpenedSession, serveModel } from './remote/serve-model.ts';
