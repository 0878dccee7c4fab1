import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isonoise, MAIN } from '../../testdata/isonoise-command.ts';

const MODEL = join(import.meta.dirname, '../../../../tests/bundles/testdata/leading');
const ARGS = ['--samples', '2', '--sample-steps', '2', '--quiet'];

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-output-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('an export that cannot write', () => {
  it('reports the file, and leaves the old model unchanged', async () => {
    const out = join(root, 'model');
    await cp(MODEL, out, { recursive: true });
    // The limit for files is 16 KiB, and model.onnx is larger.
    const command = `ulimit -f 16; exec "${process.execPath}" --conditions=@isonoise/source --import tsx "${MAIN}" "$@"`;
    const args = ['export-onnx', MODEL, '--out', out, '--force', ...ARGS];
    const ended: unknown = await promisify(execFile)('bash', ['-c', command, 'bash', ...args]).catch(
      (error: unknown) => error,
    );
    expect(ended).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /CLI_WRITE_FAILED: write .*model\/unet\/model\.onnx: .*\(EFBIG\); existing files are unchanged/,
      ),
    });
    expect(await readdir(root)).toEqual(['model']);
    expect((await isonoise(['verify', out, '--quiet'])).code).toBe(0);
  });

  it('fails before it starts if the folder cannot be created', async () => {
    await writeFile(join(root, 'file'), '');
    const { code, stderr } = await isonoise([
      'export-onnx',
      MODEL,
      '--out',
      join(root, 'file', 'sub', 'model'),
      ...ARGS,
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--out .*file\/sub\/model: cannot be written/);
  });
});
