/** The part of this package that a model's thread needs: no bundle format, no request of a whole model. */
export type { DenoiserContract } from './contract.ts';
export { type RuntimeErrorCode, runtimeError } from './errors.ts';
export type { Port } from './remote/port.ts';
export type { OpenRequest } from './remote/protocol.ts';
export { type ModelHost, type OpenedSession, serveModel } from './remote/serve-model.ts';
