/** What can go wrong while sampling. */
export type SamplerErrorCode = 'SAMPLER_REQUEST' | 'SAMPLER_OUTPUT' | 'SAMPLER_NON_FINITE' | 'SAMPLER_SAVED';

/** A request without meaning, a network's answer that cannot be used, or a saved run that cannot be read. */
export class SamplerError extends Error {
  override readonly name = 'SamplerError';
  readonly code: SamplerErrorCode;

  constructor(code: SamplerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
