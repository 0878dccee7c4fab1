import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isonoise, MAIN, spawned } from '../testdata/isonoise-command.ts';

let root = '';
const at = (...parts: string[]): string => join(root, ...parts);
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-help-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('data list', () => {
  it('lists all data sets even if one is damaged', async () => {
    const folder = at('sets', 'fashion-mnist');
    await mkdir(folder, { recursive: true });
    for (const part of ['images-idx3-ubyte', 'labels-idx1-ubyte']) {
      await writeFile(join(folder, `train-${part}`), Uint8Array.of(0, 0, 8));
    }
    await mkdir(at('sets', 'icons'));
    const record = { size: 32, background: 'white', skinTones: false, sets: [], images: 3 };
    await writeFile(at('sets', 'icons', 'icons.json'), JSON.stringify(record));
    const { code, stdout } = await isonoise(['data', 'list', '--dir', at('sets'), '--json']);
    expect(code).toBe(0);
    const sets = JSON.parse(stdout) as { name: string; images: number | null; problem: string | null }[];
    expect(sets.find(({ name }) => name === 'fashion-mnist')).toMatchObject({
      images: null,
      problem: expect.stringContaining('train-images-idx3-ubyte'),
    });
    expect(sets.find(({ name }) => name === 'mnist')).toMatchObject({ images: 60_000, problem: null });
    expect(sets.find(({ name }) => name === 'icons')).toMatchObject({ images: 3, problem: null });
  });
});

describe('the help of isonoise', () => {
  it('lists the verbs and the exit codes', async () => {
    const { code, stdout, stderr } = await spawned(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    for (const verb of [
      'train',
      'export-onnx',
      'sample',
      'serve',
      'verify',
      'evaluate',
      'ema',
      'info',
      'data',
    ])
      expect(stdout).toContain(`\n  ${verb}`);
    expect(stdout).toContain('\nExit codes:\n  0    done');
  });

  it('is one JSON document with --json, like the version and the error about an unknown verb', async () => {
    for (const args of [['help'], ['--help'], ['help', 'train'], ['train', '--help']]) {
      const [plain, json] = [await isonoise(args), await isonoise([...args, '--json'])];
      expect(JSON.parse(json.stdout)).toEqual({ help: plain.stdout.trimEnd() });
      expect([plain.code, json.code, json.stderr]).toEqual([0, 0, '']);
    }
    expect(JSON.parse((await isonoise(['--version', '--json'])).stdout)).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
    const ended = await isonoise(['help', 'trian', '--json']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toBe("error: unknown command 'trian'\n");
    expect(JSON.parse(ended.stdout)).toEqual({
      ok: false,
      error: { code: 'CLI_USAGE', message: "unknown command 'trian'", exitCode: 2 },
    });
  });

  it('lists the exit codes that commands use: 2 for wrong usage, 1 for missing files', async () => {
    const cases: readonly (readonly [code: number, message: string, args: readonly string[]])[] = [
      [2, "unknown option '--step'", ['train', '--step', '3']],
      [2, "unknown command 'trian'", ['trian']],
      [2, "option '--steps <n>' argument '1.5' is invalid", ['train', '--steps', '1.5']],
      [
        2,
        'error CLI_USAGE: --engine tfjs:wasm',
        ['train', '--engine', 'tfjs:wasm', '--runs', at('none'), '--limit', '4'],
      ],
      [2, "required option '--out <dir>' not specified", ['export-onnx', 'runs/x']],
      [2, 'error CLI_USAGE: --resume-state', ['sample', at('m'), '--resume-state', at('none.json')]],
      [1, 'error RUN_NOT_FOUND', ['export-onnx', at('no-run'), '--out', at('x')]],
      [
        1,
        'or a model to export again (models/<name> or a .zip).',
        ['export-onnx', at('no'), '--out', at('x')],
      ],
      [
        2,
        'Allowed choices are ddpm, ddim, euler,',
        ['export-onnx', 'x', '--out', 'y', '--sampler', 'ddim-inverse'],
      ],
      [1, 'error CLI_UNKNOWN_FILE', ['info', MAIN]],
    ];
    for (const [code, message, args] of cases) {
      const ended = await isonoise(args);
      expect(ended.stderr).toContain(message);
      expect(ended.code, ended.stderr).toBe(code);
      expect(ended.stderr).not.toContain('    at ');
    }
  });
});
