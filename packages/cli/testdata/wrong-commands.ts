import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isonoise } from './isonoise-command.ts';

export const MNIST: string = fileURLToPath(new URL('../../../models/mnist', import.meta.url));

let root = '';

/**
 * Returns a path in the folder of the tests. The folder contains `file`, the empty `folder`, and `model`, a
 * copy of models/mnist.
 */
export const at = (...parts: string[]): string => join(root, ...parts);

/** A wrong command with a part of its error message. */
export type WrongCommand = readonly [what: string, args: () => string[], message: string];

/** Defines tests that each command is refused before it starts to work. */
export function testWrongCommands(commands: readonly WrongCommand[]): void {
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'isonoise-usage-'));
    await mkdir(at('folder'));
    await writeFile(at('file'), '');
    await mkdir(at('model'));
    await cp(MNIST, at('model'), { recursive: true });
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  describe.each(commands)('a command with the fault "%s"', (_what, args, message) => {
    it('is refused with exit code 2 before anything is written', async () => {
      const before = await inventory();
      const ended = await isonoise(args());
      expect(ended.stderr).toContain(message);
      expect(ended, ended.stderr).toMatchObject({ code: 2, stdout: '' });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters must not reach a terminal.
      expect(ended.stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
      expect(await inventory()).toEqual(before);
    });

    it('prints one JSON document with --json', async () => {
      const { stdout } = await isonoise([...args(), '--json']);
      const error = { code: expect.stringMatching(/^[A-Z_]+$/), message: expect.any(String), exitCode: 2 };
      expect(JSON.parse(stdout)).toMatchObject({ ok: false, error });
    });
  });
}

/** Returns the paths of all files and folders in the folder of the tests. */
async function inventory(): Promise<string[]> {
  const names = await readdir(root, { recursive: true, withFileTypes: true });
  return names.map((entry) => `${entry.parentPath}/${entry.name}`).sort();
}
