import type { FuzzTarget } from '../target.ts';
import { compareProgram, type Direction } from './compare.ts';
import { type FuzzProgram, programOf, textOf } from './program.ts';

const directionOf = (seed: number): Direction => (seed % 2 === 0 ? 'backward' : 'forward');

/**
 * Target of random compositions of tfjs ops and their gradients. They are traced and run in ONNX Runtime, and the
 * results must agree with those of tfjs within a tolerance.
 */
export const traceTarget: FuzzTarget = {
  about:
    'random tfjs functions, traced, run in ONNX Runtime and compared with tfjs: the function for odd seeds, its gradients ' +
    'for even seeds',
  tryOne: async (seed) => {
    const direction = directionOf(seed);
    return `${await compareProgram(programOf(seed), direction)} (${direction})`;
  },
  explain: async (seed) => {
    const direction = directionOf(seed);
    const [program, error] = await smallest(programOf(seed), direction);
    return `${String(error)}\n${direction}\n${textOf(program)}`;
  },
};

/** Finds the shortest prefix of a program that still fails. @returns the prefix, and its error */
export async function smallest(program: FuzzProgram, direction: Direction): Promise<[FuzzProgram, unknown]> {
  const { inputs, steps } = program;
  for (let i = 0; i < steps.length; i++) {
    const shorter = { ...program, output: inputs.length + i };
    const error = await compareProgram(shorter, direction).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error !== undefined) return [shorter, error];
  }
  return [program, 'The failure did not occur again.'];
}
