export type TraceErrorCode =
  | 'TRACE_KERNEL_UNSUPPORTED'
  | 'TRACE_ATTRIBUTE_UNSUPPORTED'
  | 'TRACE_VALUE_READ'
  | 'TRACE_BATCH'
  | 'TRACE_BUSY'
  | 'TRACE_SPEC';

/** A function that cannot become a graph; the message says what was met and what to do. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  readonly code: TraceErrorCode;

  constructor(code: TraceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function unsupported(kernel: string, attribute: string, got: unknown, wanted: string): TraceError {
  return new TraceError(
    'TRACE_ATTRIBUTE_UNSUPPORTED',
    `trace: kernel ${kernel} was run with ${attribute} ${JSON.stringify(got)}; the rule covers ${wanted}. ` +
      'Write the function with supported attributes, or extend the rule (packages/trace/README.md says how).',
  );
}
