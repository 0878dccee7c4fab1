import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onnxRuntimeFolder } from './onnx-runtime.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('onnxRuntimeFolder', () => {
  it('is the folder of the installed package', () => {
    expect(path.basename(onnxRuntimeFolder())).toBe('onnxruntime-node');
  });

  it('throws with the install command if the package is missing', async () => {
    const installed = path.join(folder, 'node_modules/@isonoise/runtime-node');
    await mkdir(path.join(installed, 'dist'), { recursive: true });
    await cp(path.resolve(import.meta.dirname, '../package.json'), path.join(installed, 'package.json'));
    const script = path.join(installed, 'dist/worker.js');
    await writeFile(script, '');
    const act = (): string => onnxRuntimeFolder(script);
    expect(act).toThrow(expect.objectContaining({ name: 'IsonoiseError', code: 'RUNTIME_PROVIDER' }));
    expect(act).toThrow('npm install onnxruntime-node@1.30.0 --ignore-scripts');
  });
});

it("ONNX Runtime's telemetry writes nothing into the user's home", async () => {
  const model = path.resolve(import.meta.dirname, '../../../models/mnist');
  const program = `
    import { loadModel } from '@isonoise/runtime-node';
    await (await loadModel(${JSON.stringify(model)}, { provider: 'cpu' })).dispose();`;
  const flags = [
    '--conditions=@isonoise/source',
    '--import',
    'tsx',
    '--input-type=module',
    '--eval',
    program,
  ];
  await promisify(execFile)(process.execPath, flags, {
    cwd: path.resolve(import.meta.dirname, '../../..'),
    env: { PATH: process.env.PATH ?? '', HOME: folder },
  });
  expect(await readdir(folder)).toEqual([]);
});
