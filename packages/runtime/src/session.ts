/** The part of this package that a worker thread needs, without the samplers and the bundle format. */
export type { DenoiserContract } from './contract.ts';
export { RuntimeError, type RuntimeErrorCode } from './runtime-error.ts';
export { createSessionDenoiser } from './session-denoiser.ts';
