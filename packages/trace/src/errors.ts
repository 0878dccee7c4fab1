import { type IsonoiseError, type MakeError, makeError } from '@isonoise/error';

/** Codes of this package; docs/errors.md is generated from them. */
export const ERROR_CODES = {
  TRACE_KERNEL_UNSUPPORTED: {
    meaning: 'The function runs a tfjs kernel without a rule.',
    advice: 'Compose the op from supported kernels, or add a rule.',
  },
  TRACE_ATTRIBUTE_UNSUPPORTED: {
    meaning: 'A kernel was run with an attribute or type that its rule does not support.',
    advice: 'Use supported attributes, or extend the rule.',
  },
  TRACE_SHAPE: {
    meaning: 'The shapes or attributes of an op do not fit together.',
    advice: 'Check what the function passes to the op.',
  },
  TRACE_GRADIENT_MISSING: {
    meaning: 'The function differentiates a kernel without a registered gradient.',
    advice: 'Register the gradient, or import @tensorflow/tfjs.',
  },
  TRACE_VALUE_READ: {
    meaning: 'The function reads values of a tensor, which are not computed while tracing.',
    advice: 'Compute with tensors, or pass the value as an input.',
  },
  TRACE_BATCH: {
    meaning: 'One graph cannot represent the function at every size of a symbolic dimension.',
    advice: 'Give the dimension a number, or compute without its size.',
  },
  TRACE_STATE: {
    meaning: 'The function keeps or changes state, but a graph has no state.',
    advice: 'Pass state as inputs, and return it as outputs.',
  },
  TRACE_RANDOM: {
    meaning: 'The function returns different values on each run.',
    advice: 'Pass random numbers and times as inputs.',
  },
  TRACE_SPEC: {
    meaning: 'The names, shapes or values given to trace do not fit the function.',
    advice: 'Correct the input or output that the message names.',
  },
};

export type TraceErrorCode = keyof typeof ERROR_CODES;

export const traceError: MakeError<'TRACE', typeof ERROR_CODES> = makeError;

export function unsupported(
  kernel: string,
  attribute: string,
  got: unknown,
  expected: string,
): IsonoiseError<TraceErrorCode> {
  return traceError(
    'TRACE_ATTRIBUTE_UNSUPPORTED',
    `trace: kernel ${kernel} was run with ${attribute} ${JSON.stringify(got)}; expected ${expected}. ` +
      'Write the function with supported attributes, or extend the rule as packages/trace/README.md describes.',
  );
}

/**
 * Converts tfjs errors about a missing kernel or gradient to errors with advice. Returns other errors unchanged.
 */
export function explainTfjsError(error: unknown): unknown {
  const message = String(error);
  const kernel = /registered kernel '([^']+)'|Kernel '([^']+)' not registered/.exec(message);
  if (kernel !== null) {
    const name = kernel[1] ?? kernel[2];
    return traceError(
      'TRACE_KERNEL_UNSUPPORTED',
      `trace: the function runs the tfjs kernel ${name}, which has no rule; expected a kernel with a rule. Either compose ` +
        'the op from supported kernels (packages/trace/README.md lists them), or add a rule: a function in ' +
        'packages/trace/src/rules that writes the kernel as ONNX nodes, in the table of its family, with cases beside it.',
      { cause: error },
    );
  }
  const gradient = /gradient function not found for (\w+)/.exec(message);
  if (gradient !== null) {
    return traceError(
      'TRACE_GRADIENT_MISSING',
      `trace: the function differentiates the tfjs kernel ${gradient[1]}, which has no registered gradient; expected a ` +
        "kernel with a gradient. Import '@tensorflow/tfjs', which registers tfjs's own gradients, register one " +
        '(tf.registerGradient), or compose the op from kernels that have one (packages/ops/README.md lists them).',
      { cause: error },
    );
  }
  return error;
}
