import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { packageFolders } from '../../scripts/package-folders.ts';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');
const packages = packageFolders(root).map((folder) => path.basename(folder));

interface Files {
  readonly types: string;
  readonly default: string;
}

interface Manifest {
  readonly name: string;
  readonly bin?: Readonly<Record<string, string>>;
  /**
   * Files by subpath and, if platforms differ, by condition; a string for
   * package.json itself. The page is an application without exports.
   */
  readonly exports?: Readonly<Record<string, string | Files | Readonly<Record<string, Files>>>>;
}

/** Returns the files that Node imports. */
function filesForNode(files: Files | Readonly<Record<string, Files>>): Files {
  return typeof files.default === 'string' ? (files as Files) : (files.default as Files);
}

/** The main script of a thread, which works only in a thread. */
const THREAD_SCRIPT = '@isonoise/runtime-node/worker';

/** Every entry of every package: its name and the subpaths that are modules. */
const entries = packages.flatMap((folder) => {
  const manifest = JSON.parse(
    readFileSync(path.join(root, 'packages', folder, 'package.json'), 'utf8'),
  ) as Manifest;
  return Object.entries(manifest.exports ?? {}).flatMap(([subpath, files]) =>
    typeof files === 'string'
      ? []
      : [{ folder, specifier: manifest.name + subpath.slice(1), files: filesForNode(files) }],
  );
});

describe('in the built packages,', () => {
  it('the script of a thread says that it is not a program', async () => {
    const script = `await import(${JSON.stringify(THREAD_SCRIPT)});`;
    await expect(
      run(process.execPath, ['--input-type=module', '--eval', script], {
        cwd: path.join(root, 'packages', 'cli'),
      }),
    ).rejects.toMatchObject({ stderr: expect.stringContaining('worker.js was started as a program') });
  });

  it.each(entries.filter(({ specifier }) => specifier !== THREAD_SCRIPT))(
    '$specifier can be imported in a clean process without output',
    async ({ folder, specifier, files }) => {
      for (const file of [files.default, files.types]) {
        expect(
          existsSync(path.join(root, 'packages', folder, file)),
          `${folder}/${file}: run pnpm build`,
        ).toBe(true);
      }
      // The script runs like an installed package: without the "@isonoise/source" condition and without a TypeScript
      // loader.
      const script = `const m = await import(${JSON.stringify(specifier)}); process.exitCode = Object.keys(m).length > 0 ? 0 : 1;`;
      const cwd = path.join(root, 'packages', 'cli');
      const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '--eval', script], {
        cwd: specifier === '@isonoise/cli' ? root : cwd,
        env: { PATH: process.env.PATH ?? '' },
      });
      expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
    },
  );

  it('a script given to node --eval can draw, because its flags are not passed to the thread', async () => {
    const script = `
      import { loadModel } from '@isonoise/runtime-node';
      const model = await loadModel(${JSON.stringify(path.join(root, 'models', 'mnist'))}, { provider: 'cpu' });
      for await (const { x } of model.sample({ seed: 7, steps: 1, class: 3 })) console.log(x.length);
      await model.dispose();`;
    const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: path.join(root, 'packages', 'cli'),
      env: { PATH: process.env.PATH ?? '' },
    });
    expect({ stdout, stderr }).toEqual({ stdout: '784\n', stderr: '' });
  });

  it('the built isonoise command prints its help', async () => {
    const main = path.join(root, 'packages', 'cli', 'dist', 'main.js');
    const { stdout, stderr } = await run(process.execPath, [main, '--help'], {
      env: { PATH: process.env.PATH ?? '' },
    });
    expect(stdout).toContain('export-onnx');
    expect(stderr).toBe('');
  });
});
