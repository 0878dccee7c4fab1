import { fillNormals, fillUniforms, type NoiseStream } from '@isonoise/random';
import { type Initializer, type ParameterSpec, parameterCount, parameterSize } from './parameters.ts';

/**
 * Returns the initial values of all parameters, as one flat vector in the order of `specs`. A seed gives the same values
 * on all machines.
 *
 * - `fanAverage`: uniform in ±√(3 / ((fanIn + fanOut) / 2)), the variance scaling of Ho et al. 2020.
 * - `torchUniform`: uniform in ±1/√fanIn, PyTorch's default for linear layers and convolutions.
 * - `normal`: standard normal, PyTorch's default for embeddings.
 * - `zeros`, `ones`.
 *
 * @returns a new vector `[P]`
 * @throws `RANDOM_SEED`
 */
export function initialParameters(specs: readonly ParameterSpec[], seed: number | bigint): Float32Array {
  const theta = new Float32Array(parameterCount(specs));
  let offset = 0;
  for (const [index, spec] of specs.entries()) {
    const size = parameterSize(spec);
    const stream = { seed, image: index, step: 0, purpose: 'parameterInit' } as const;
    FILLS[spec.initializer](theta.subarray(offset, offset + size), stream, fans(spec));
    offset += size;
  }
  return theta;
}

type Fill = (out: Float32Array, stream: NoiseStream, fans: { fanIn: number; fanOut: number }) => void;

/** Functions that fill the values of a parameter, by initializer. `out` is zero before the call. */
const FILLS: { readonly [K in Initializer]: Fill } = {
  zeros: () => {},
  ones: (out) => void out.fill(1),
  normal: fillNormals,
  fanAverage: (out, stream, { fanIn, fanOut }) => uniform(out, Math.sqrt(6 / (fanIn + fanOut)), stream),
  torchUniform: (out, stream, { fanIn }) => uniform(out, 1 / Math.sqrt(fanIn), stream),
};

function uniform(out: Float32Array, bound: number, stream: NoiseStream): void {
  fillUniforms(out, stream);
  for (let i = 0; i < out.length; i++) out[i] = bound * (2 * (out[i] as number) - 1);
}

function fans({ shape, fanIn }: ParameterSpec): { fanIn: number; fanOut: number } {
  const [out = 1, inputs = 1, ...kernel] = shape;
  const taps = kernel.reduce((product, size) => product * size, 1);
  return { fanIn: fanIn ?? inputs * taps, fanOut: out * taps };
}
