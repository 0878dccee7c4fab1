import type { Tensor } from '@tensorflow/tfjs-core';
import { NETWORK_LIMITS } from './limits.ts';
import { configError } from './parse-config.ts';

/** Initialization of a parameter. Its fan-in and fan-out are computed from its shape. */
export type Initializer = 'zeros' | 'ones' | 'fanAverage' | 'torchUniform' | 'normal';

/** One learned tensor, in PyTorch's layout: convolutions `[out, in, kh, kw]`, linear layers `[out, in]`. */
export interface ParameterSpec {
  /** Name in the state dict of the corresponding PyTorch model. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly initializer: Initializer;
  /**
   * Number of inputs per output, from which the bound of `torchUniform` is computed. Default: computed from the shape.
   */
  readonly fanIn?: number;
}

/** The weights of one forward pass, in the order of the network's `parameters`. */
export type Weights = readonly Tensor[];

/** Selects one parameter from the weights. */
export type Parameter = (weights: Weights) => Tensor;

/** Collects the parameters of a network in the order in which its layers are made. */
export class ParameterList {
  readonly specs: ParameterSpec[] = [];
  readonly #names = new Set<string>();
  #values = 0;

  /**
   * Adds a parameter.
   * @returns a function that selects it from the weights
   * @throws `NETWORK_CONFIG` if there are more values than fit into a model file
   */
  add(spec: ParameterSpec): Parameter {
    if (this.#names.has(spec.name))
      throw new Error(`network: two parameters are named ${spec.name}; expected different names`);
    this.#names.add(spec.name);
    this.#values += parameterSize(spec);
    if (!(this.#values <= NETWORK_LIMITS.parameters)) {
      throw configError([
        `the network has ${this.#values.toLocaleString('en-US')} parameters up to ${spec.name}; expected at most ` +
          `${NETWORK_LIMITS.parameters.toLocaleString('en-US')}. ` +
          'Use fewer channels, layers or classes.',
      ]);
    }
    const index = this.specs.push(spec) - 1;
    return (weights) => {
      const weight = weights[index];
      if (weight === undefined)
        throw new Error(
          `network: weight ${index}, ${spec.name}, is missing; expected a tensor for each parameter`,
        );
      return weight;
    };
  }
}

/** Returns the number of values in one parameter. */
export function parameterSize({ shape }: ParameterSpec): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Returns the number of values in all parameters. */
export function parameterCount(specs: readonly ParameterSpec[]): number {
  return specs.reduce((sum, spec) => sum + parameterSize(spec), 0);
}
