export type TraceErrorCode =
  | 'TRACE_KERNEL_UNSUPPORTED'
  | 'TRACE_ATTRIBUTE_UNSUPPORTED'
  | 'TRACE_SHAPE'
  | 'TRACE_GRADIENT_MISSING'
  | 'TRACE_VALUE_READ'
  | 'TRACE_BATCH'
  | 'TRACE_STATE'
  | 'TRACE_RANDOM'
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

/** tfjs's complaints about a missing kernel or gradient, as errors that say what to do; other errors as they are. */
export function explainTfjsError(error: unknown): unknown {
  const message = String(error);
  const kernel = /registered kernel '([^']+)'|Kernel '([^']+)' not registered/.exec(message);
  if (kernel !== null) {
    const name = kernel[1] ?? kernel[2];
    return new TraceError(
      'TRACE_KERNEL_UNSUPPORTED',
      `trace: the function runs the tfjs kernel ${name}, for which there is no rule. Either compose the op of supported ` +
        'kernels (packages/trace/README.md lists them), or add a rule: a function in packages/trace/src/rules that ' +
        'writes the kernel as ONNX nodes, in the table of its family, with cases beside it.',
      { cause: error },
    );
  }
  const gradient = /gradient function not found for (\w+)/.exec(message);
  if (gradient !== null) {
    return new TraceError(
      'TRACE_GRADIENT_MISSING',
      `trace: the function differentiates the tfjs kernel ${gradient[1]}, for which no gradient is registered. Either ` +
        "import '@tensorflow/tfjs', which registers tfjs's own, or register one (tf.registerGradient), or compose the " +
        'op of kernels that have one (packages/ops/README.md lists them).',
      { cause: error },
    );
  }
  return error;
}
