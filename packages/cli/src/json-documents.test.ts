import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resealBundle } from '@isonoise/bundle';
import { nodeFiles } from '@isonoise/runtime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isonoise } from '../testdata/isonoise-command.ts';

const MNIST = fileURLToPath(new URL('../../../models/mnist', import.meta.url));
/** Options that select a provider that every machine has. */
const CPU = ['--provider', 'cpu'];

let root = '';
const at = (...parts: string[]): string => join(root, ...parts);
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-json-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const sample = (...args: string[]): string[] => ['sample', MNIST, ...CPU, ...args];
const drawn = (...args: string[]): string[] => sample('--out', at('x.png'), '--steps', '2', ...args);

describe('--json', () => {
  it('prints one document about drawn images, with the chosen class and the notes', async () => {
    const { stdout, stderr, code } = await isonoise(
      drawn(
        '--class',
        '3',
        '--guidance',
        '2',
        '--count',
        '1',
        '--spacing',
        'leading',
        '--steps',
        '3',
        '--json',
      ),
    );
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      images: 1,
      class: { label: 3, name: '3', by: 'name' },
      notes: [
        expect.stringContaining('spacing leading with 3 steps, which do not divide the 1000 timesteps'),
      ],
    });
    expect(stderr).toContain('class 3 "3" (by name)');
    expect(stderr).toContain('starts at timestep 666, where alphaBar is 0.25');
  });

  it('prints one document about sampling that was stopped or resumed, or that a different network cannot resume', async () => {
    const state = at('half.json');
    const stop = ['--count', '1', '--stop-after', '1', '--save-state', state];
    const { stdout, code } = await isonoise(drawn(...stop, '--json'));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ stopped: true, step: 1, steps: 2, saveState: state });
    const saved = JSON.parse(await readFile(state, 'utf8')) as Record<string, unknown>;
    expect(saved.model).toMatch(/^[0-9a-f]{64}$/);

    // This state belongs to a different network.
    await writeFile(state, JSON.stringify({ ...saved, model: '0'.repeat(64) }));
    const other = await isonoise(sample('--resume-state', state, '--out', at('y.png'), '--json'));
    expect(other.code).toBe(2);
    expect(JSON.parse(other.stdout)).toMatchObject({
      ok: false,
      error: {
        code: 'RUNTIME_REQUEST',
        message: expect.stringContaining('started with a network whose SHA-256 is 0000'),
      },
    });
    expect(await readdir(root)).not.toContain('y.png');

    // Earlier versions wrote such states, without the model.
    const { model: _, ...old } = saved;
    await writeFile(state, JSON.stringify(old));
    const torn = at('torn.json');
    await writeFile(torn, '{');
    const refused = await isonoise(sample('--resume-state', torn, '--out', at('y.png')));
    expect(refused.stderr).toBe(
      `error SAMPLER_SAVED: --resume-state ${torn}: the text is not JSON; expected a whole saved run.\n`,
    );

    const resumed = await isonoise(sample('--resume-state', state, '--out', at('y.png'), '--json'));
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(JSON.parse(resumed.stdout)).toMatchObject({
      notes: [expect.stringContaining('has no hash of its model')],
    });
  });

  it('prints one document about a missing model', async () => {
    for (const [verb, code] of [
      ['sample', 'BUNDLE_FILE_MISSING'],
      ['verify', 'BUNDLE_FILE_MISSING'],
      ['info', 'CLI_UNKNOWN_FILE'],
    ] as const) {
      const { stdout, code: exit } = await isonoise([verb, at('nowhere'), '--json']);
      expect(exit).toBe(1);
      const message = expect.stringContaining(`${at('nowhere')} does not exist`);
      expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code, exitCode: 1, message } });
      expect(stdout).not.toContain('ENOENT');
    }
  });

  it('prints one document about a model whose weights are NaN', async () => {
    const model = at('broken');
    await cp(MNIST, model, { recursive: true });
    const graph = join(model, 'unet', 'model.onnx');
    const bytes = await readFile(graph);
    // The middle of the file consists of weights. Bytes 0xff are read as NaN at any alignment.
    bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 4096);
    await writeFile(graph, bytes);
    await resealBundle(nodeFiles(model));
    const { stdout, stderr, code } = await isonoise(['verify', model, ...CPU, '--json']);
    expect(code, stderr).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      name: 'mnist',
      golden: null,
      problems: [expect.stringContaining('golden image: cannot be drawn: ')],
      error: { code: 'CLI_VERIFY_FAILED', exitCode: 1 },
    });
  });

  // Windows has no named pipes in folders.
  it.runIf(process.platform !== 'win32')('prints one document if a file of the model is a pipe', async () => {
    const model = at('piped');
    await cp(MNIST, model, { recursive: true });
    await rm(join(model, 'unet', 'model.onnx'));
    execFileSync('mkfifo', [join(model, 'unet', 'model.onnx')]);
    for (const verb of ['sample', 'verify', 'info']) {
      const { stdout, code } = await isonoise([verb, model, '--json']);
      expect(code).toBe(1);
      expect(stdout).toContain('found a pipe, a socket or a device; expected a regular file');
      expect(JSON.parse(stdout)).toMatchObject({ ok: false });
    }
  });
});
