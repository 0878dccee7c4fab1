import { fillNormals, fillUniforms } from '@isonoise/random';
import { type ParameterSpec, parameterCount, parameterSize } from './parameters.ts';

/**
 * Starting values of all parameters, one flat vector in the order of `specs`. The same seed gives the same values on
 * every machine.
 *
 * - `fanAverage`: uniform in ±√(3 / ((fanIn + fanOut) / 2)), as Ho et al. 2020 start every layer (variance scaling).
 * - `torchUniform`: uniform in ±1/√fanIn, PyTorch's default for linear layers and convolutions.
 * - `normal`: standard normal, PyTorch's default for embeddings.
 * - `zeros`, `ones`.
 */
export function initialParameters(specs: readonly ParameterSpec[], seed: number | bigint): Float32Array {
  const theta = new Float32Array(parameterCount(specs));
  let offset = 0;
  for (const [index, spec] of specs.entries()) {
    const size = parameterSize(spec);
    initialize(spec, theta.subarray(offset, offset + size), seed, index);
    offset += size;
  }
  return theta;
}

function initialize(spec: ParameterSpec, out: Float32Array, seed: number | bigint, index: number): void {
  const stream = { seed, image: index, step: 0, purpose: 'parameterInit' } as const;
  const { fanIn, fanOut } = fans(spec);
  switch (spec.initializer) {
    case 'zeros':
      return;
    case 'ones':
      out.fill(1);
      return;
    case 'normal':
      fillNormals(out, stream);
      return;
    case 'fanAverage':
      uniform(out, Math.sqrt(6 / (fanIn + fanOut)), stream);
      return;
    case 'torchUniform':
      uniform(out, 1 / Math.sqrt(fanIn), stream);
  }
}

function uniform(out: Float32Array, bound: number, stream: Parameters<typeof fillUniforms>[1]): void {
  fillUniforms(out, stream);
  for (let i = 0; i < out.length; i++) out[i] = bound * (2 * (out[i] as number) - 1);
}

function fans({ shape, fanIn }: ParameterSpec): { fanIn: number; fanOut: number } {
  const [out = 1, inputs = 1, ...kernel] = shape;
  const taps = kernel.reduce((product, size) => product * size, 1);
  return { fanIn: fanIn ?? inputs * taps, fanOut: out * taps };
}
