import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { scriptError } from '../script-error.ts';

/** A stream of normals in the test vectors. */
export interface NormalCase {
  readonly seed: string;
  readonly image: number;
  readonly step: number;
  readonly purpose: number;
  readonly draw: number;
  readonly count: number;
  /** SHA-256 of the normals as little-endian float32. */
  readonly sha256: string;
}

/** Images that examples draw, with the sampler ddim. */
export interface Drawing {
  readonly model: string;
  /** Width and height of the images. */
  readonly side: number;
  readonly seed: number;
  readonly steps: number;
  /** Number of the class; without effect if the model has tags. */
  readonly label: number;
  /** Numbers of the tags; empty for a model with classes. */
  readonly tags: readonly number[];
  readonly guidance: number;
  readonly count: number;
  /** Whether {@link Example.drawDigit} draws the images, which are then a single digit. Default: false. */
  readonly isShort?: boolean;
}

/** An example in a language other than JavaScript. */
export interface Example {
  readonly title: string;
  /** Prepares the example in an empty folder. @returns what is missing, with advice; undefined if nothing is missing */
  prepare(folder: string): Promise<string | undefined>;
  /** Returns the version of its ONNX Runtime. */
  version(): Promise<string>;
  /** Computes streams of normals. @returns the SHA-256 of each stream, as little-endian float32 */
  normals(streams: readonly NormalCase[], folder: string): Promise<readonly string[]>;
  /** Draws the class 3 of a model of digits with the seed 7, by the short program. */
  drawDigit(model: string, file: string, folder: string): Promise<void>;
  /** Draws images as `0.png`, `1.png`, … in the folder `out`. */
  draw(drawing: Drawing, out: string, folder: string): Promise<void>;
}

/** Folder of the examples. */
export const EXAMPLES: string = fileURLToPath(new URL('../../docs/examples/', import.meta.url));

/** Formats streams as arguments of an example, each as `seed,image,step,purpose,draw,count`. */
export const streamArguments = (streams: readonly NormalCase[]): readonly string[] =>
  streams.map(({ seed, image, step, purpose, draw, count }) =>
    [seed, image, step, purpose, draw, count].join(','),
  );

/** Splits a text into lines, without white space at its beginning and end. */
export const linesOf = (output: string): readonly string[] => output.trim().split(/\r?\n/);

/** Result of a command. */
interface Ran {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs a command to its end. @returns undefined if the command is not installed */
export async function tryCommand(command: string, args: readonly string[]): Promise<Ran | undefined> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  const [output, errors] = [text(child.stdout), text(child.stderr)];
  try {
    const [code] = await ended;
    return { code, output: await output, errors: await errors };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Runs a command. @returns its standard output @throws `EXAMPLES_COMMAND` if the command is not installed or fails */
export async function command(name: string, args: readonly string[]): Promise<string> {
  const ran = await tryCommand(name, args);
  if (ran?.code === 0) return ran.output;
  const found =
    ran === undefined
      ? 'is not installed'
      : `ended with ${ran.code}: ${`${ran.output}${ran.errors}`.trim().slice(-2000)}`;
  throw scriptError(
    'EXAMPLES_COMMAND',
    `examples: ${name} ${args.join(' ').slice(0, 200)} ${found}; expected exit code 0.`,
  );
}
