/**
 * Subpath `@isonoise/runtime/worker`: what a model's thread needs, without the bundle format and requests of
 * models.
 */
export type { DenoiserContract } from './contract.ts';
export { type RuntimeErrorCode, runtimeError } from './errors.ts';
export type { Port } from './remote/port.ts';
export type { OpenRequest } from './remote/protocol.ts';
export { type ModelHost, type OpenedSession, serveModel } from './remote/serve-model.ts';
