import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encodePng } from '@isonoise/picture';
import { afterAll, beforeAll, expect } from 'vitest';
import { isonoise } from './isonoise-command.ts';

export const MNIST: string = path.resolve(import.meta.dirname, '../../../models/mnist');
/** Side of the images of models/mnist, in pixels. */
export const SIDE = 28;

let folder = '';
/** Returns the path of a file in the folder of the tests. */
export const at = (name: string): string => path.join(folder, name);

const bar = (from: number): Uint8Array =>
  Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (Math.abs((i % SIDE) - from) < 2 ? 240 : 0));

/**
 * Before the tests of a file, writes `a.png` and `b.png`, two pictures of a vertical bar; removes them after
 * the tests.
 */
export function keepTwoBars(): void {
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'isonoise-bars-'));
    for (const [name, from] of [
      ['a.png', 9],
      ['b.png', 18],
    ] as const)
      await writeFile(at(name), encodePng({ width: SIDE, height: SIDE, channels: 1, data: bar(from) }));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
}

/**
 * Runs a command with models/mnist on the CPU. Names of files among the arguments are replaced by paths in
 * the folder of the tests.
 */
export const run = (verb: string, ...args: readonly string[]): ReturnType<typeof isonoise> =>
  isonoise([
    verb,
    MNIST,
    '--provider',
    'cpu',
    ...args.map((word) => (/\.(png|npy|json|gif)$/.test(word) ? at(word) : word)),
  ]);

/** Runs a command that must succeed. @returns the standard output of the command */
export async function ran(verb: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(verb, ...args);
  expect(code, stderr).toBe(0);
  return stdout;
}

export const contentOf = (name: string): Promise<Buffer> => readFile(at(name));
