import { lstat, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isonoise, spawned } from '../testdata/isonoise-command.ts';

/** A very small network on few images, because these tests check the commands, not the quality of the results. */
const TINY = words(
  '--channels 8,16 --optimizer adamw --batch-size 4 --limit 64 --threads 1 --sample-steps 2',
);

let root = '';
const at = (...parts: string[]): string => join(root, ...parts);
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-cli-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

function words(text: string): string[] {
  return text.split(' ');
}

/** Returns all files of a folder by their relative paths. */
async function filesOf(folder: string): Promise<Zippable> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = async (path: string) =>
    [relative(folder, path).split(sep).join('/'), new Uint8Array(await readFile(path))] as const;
  return Object.fromEntries(await Promise.all(paths.map(read)));
}

describe.sequential('the isonoise command', () => {
  it('trains, saves at SIGINT, and prints how to resume', async () => {
    let sent = false;
    const train = ['train', '--name', 'tiny', '--runs', at('runs'), ...TINY];
    const ended = await spawned(
      [...train, ...words('--steps 5000 --checkpoint-every 1000 --sample-every 0 --json')],
      (stdout, pid) => {
        if (sent || !stdout.includes('"step":3,')) return;
        sent = true;
        process.kill(pid, 'SIGINT');
      },
    );
    expect(ended.stderr).toContain(
      `stopped. Resume it with: pnpm train --name tiny --runs ${at('runs')} --resume`,
    );
    expect(ended.code).toBe(130);
    const events = ended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; step: number });
    expect(events[0]).toMatchObject({ type: 'begin', step: 0, resumedFrom: null });
    expect(events.at(-2)?.type).toBe('checkpoint');
    expect(events.at(-1)?.type).toBe('stopped');
    const step = events.at(-1)?.step ?? 0;
    expect(await readdir(at('runs', 'tiny', 'checkpoints'))).toEqual([
      `step-${String(step).padStart(8, '0')}.safetensors`,
    ]);
    expect(await readdir(at('runs', 'tiny'))).not.toContain('lock');
  });

  it('refuses to overwrite a run, and to resume it with a different configuration', async () => {
    const train = ['train', '--name', 'tiny', '--runs', at('runs')];
    const begun = await isonoise([...train, ...TINY]);
    const changed = await isonoise([...train, '--resume', '--seed', '5']);
    expect(begun.stderr).toContain('error RUN_EXISTS');
    expect(changed.stderr).toContain('error RUN_CONFIG_DIFFERS');
    expect(changed.stderr).toContain('seed: 0 in the checkpoint, 5 requested');
    expect([begun.code, changed.code]).toEqual([2, 2]);
  });

  it('overwrites a run with --overwrite, trains to the end, and writes all files of a run', async () => {
    // If the run contains a link, only the link is removed.
    await rename(at('runs', 'tiny', 'checkpoints'), at('elsewhere'));
    const before = await readdir(at('elsewhere'));
    await symlink(at('elsewhere'), at('runs', 'tiny', 'checkpoints'));
    const args = ['train', '--name', 'tiny', '--runs', at('runs'), '--overwrite', ...TINY];
    const often = words('--steps 10 --sample-every 5 --sample-count 4 --checkpoint-every 5');
    const ended = await isonoise([...args, ...often]);
    expect(ended.stderr).toContain('next: pnpm export-onnx');
    expect(ended).toMatchObject({ code: 0, stdout: '' });
    const files = await readdir(at('runs', 'tiny'));
    for (const name of ['config.json', 'run.json', 'metrics.jsonl', 'loss.svg', 'samples', 'checkpoints'])
      expect(files).toContain(name);
    expect(files.filter((name) => name.startsWith('events.out.tfevents.'))).toHaveLength(1);
    expect((await readFile(at('runs', 'tiny', 'metrics.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(10);
    expect(await readdir(at('runs', 'tiny', 'samples'))).toEqual(['step-00000005.png', 'step-00000010.png']);
    expect(await readdir(at('elsewhere'))).toEqual(before);
    expect((await lstat(at('runs', 'tiny', 'checkpoints'))).isSymbolicLink()).toBe(false);
  });

  it('redraws pictures that are missing after a kill', async () => {
    const pictures = ['loss.svg', join('samples', 'step-00000010.png')].map((name) =>
      at('runs', 'tiny', name),
    );
    const drawn = await Promise.all(pictures.map((path) => readFile(path)));
    for (const path of pictures) await rm(path);
    const resumed = await isonoise(['train', '--name', 'tiny', '--runs', at('runs'), '--resume', '--quiet']);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(await Promise.all(pictures.map((path) => readFile(path)))).toEqual(drawn);
  });

  it('starts at the first step if a run has no checkpoint, and keeps other files', async () => {
    const train = ['train', '--name', 'early', '--runs', at('runs')];
    expect(
      (await isonoise([...train, ...TINY, ...words('--steps 2 --sample-every 0 --checkpoint-every 2')])).code,
    ).toBe(0);
    const checkpoints = at('runs', 'early', 'checkpoints');
    await rm(join(checkpoints, 'step-00000002.safetensors'));
    await writeFile(join(checkpoints, 'notes.txt'), 'mine');
    const resumed = await isonoise([...train, '--resume']);
    expect(resumed.stderr).toContain('no checkpoint yet; it starts at the first step');
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(await readdir(checkpoints)).toEqual(['notes.txt', 'step-00000002.safetensors']);
  });

  it('trains on the data set in the --config file, which must be a JSON object', async () => {
    await writeFile(at('config.json'), '{ "dataset": "nowhere" }');
    const ended = await isonoise(['train', '--config', at('config.json'), '--runs', at('runs')]);
    expect(ended.stderr).toContain('error DATA_NOT_FOUND: data set nowhere');
    await writeFile(at('config.json'), '[]');
    const list = await isonoise(['train', '--config', at('config.json')]);
    expect(list).toMatchObject({ code: 2, stderr: expect.stringContaining('expected a JSON object') });
  });

  it('exports a model', async () => {
    const args = ['export-onnx', at('runs', 'tiny'), '--out', at('models', 'm')];
    const ended = await isonoise([...args, ...words('--samples 2 --sample-steps 2 --json')]);
    expect(ended.stderr).not.toContain('error');
    const result = JSON.parse(ended.stdout) as { comparison: { largestDifference: number; backend: string } };
    expect(result).toMatchObject({
      name: 'm',
      step: 10,
      comparison: { backend: 'wasm', batchSizes: [1, 2, 5] },
    });
    // The exporter's own limit is 1e-4; the difference of a network this small is far below it.
    expect(result.comparison.largestDifference).toBeLessThan(1e-5);
    expect(await readdir(at('models'))).toEqual(['m']);
  });

  it('writes the same bytes with a different number of threads, and after a pause', async () => {
    const args = words('--seed 7 --count 3 --class all --guidance 2 --steps 6 --provider cpu');
    const common = ['sample', at('models', 'm')];
    const files = ['--out', at('a.png'), '--npy', at('a.npy'), '--gif', at('a.gif')];
    const once = await spawned([...common, ...args, ...files, '--json']);
    const other = ['--out', at('b.png'), '--npy', at('b.npy'), '--threads', '1', '--batch-size', '1'];
    const again = await isonoise([...common, ...args, ...other]);
    const half = await isonoise([...common, ...args, '--stop-after', '3', '--save-state', at('half.json')]);
    expect([once.code, again.code, half.code], once.stderr + again.stderr + half.stderr).toEqual([0, 0, 0]);
    expect(JSON.parse(once.stdout)).toMatchObject({
      images: 3,
      steps: 6,
      provider: { name: 'cpu', reason: 'requested' },
    });
    const rest = ['--resume-state', at('half.json'), '--provider', 'cpu'];
    const last = ['--out', at('c.png'), '--npy', at('c.npy')];
    expect((await isonoise([...common, ...rest, ...last])).code).toBe(0);
    const [a, b, c] = await Promise.all(['a.npy', 'b.npy', 'c.npy'].map((name) => readFile(at(name))));
    expect(b?.equals(a as Buffer)).toBe(true);
    expect(c?.equals(a as Buffer)).toBe(true);
    // The sheet of a resumed run also has a column for each class.
    const [sheet, ...others] = await Promise.all(
      ['a.png', 'b.png', 'c.png'].map((name) => readFile(at(name))),
    );
    for (const other of others) expect(other.equals(sheet as Buffer)).toBe(true);
    expect((await readFile(at('a.gif'))).subarray(0, 6).toString()).toBe('GIF89a');
  });

  it('describes models, runs, checkpoints, ONNX files and safetensors files', async () => {
    const checkpoint = at('runs', 'tiny', 'checkpoints', 'step-00000010.safetensors');
    const kinds = [
      ['bundle', at('models', 'm')],
      ['run', at('runs', 'tiny')],
      ['checkpoint', checkpoint],
      ['onnx', at('models', 'm', 'unet', 'model.onnx')],
      ['safetensors', at('models', 'm', 'unet', 'diffusion_pytorch_model.safetensors')],
    ] as const;
    const described = [];
    for (const [, path] of kinds) described.push(await isonoise(['info', path, '--json']));
    expect(described.map(({ stdout }) => (JSON.parse(stdout) as { kind: string }).kind)).toEqual(
      kinds.map(([kind]) => kind),
    );
    const text = await isonoise(['info', at('models', 'm', 'unet', 'model.onnx')]);
    expect(text.stdout).toContain('sample: float32[batch, 1, 28, 28]');
    expect(text.stdout).toMatch(/nodes +\d+: .*Conv \d+/);
  });

  it('accepts a model as a .zip wherever it accepts its folder', async () => {
    const folder = at('models', 'm');
    const zip = at('m.zip');
    const files = await filesOf(folder);
    // The web page packs a trained model in the same way: uncompressed, with the files at the root.
    await writeFile(zip, zipSync(files, { level: 0 }));
    const args = words('--seed 3 --count 2 --class 1 --steps 4 --provider cpu');
    for (const [model, name] of [
      [folder, 'folder'],
      [zip, 'zip'],
    ] as const) {
      const out = ['--out', at(`${name}.png`), '--npy', at(`${name}.npy`)];
      const drawn = await isonoise(['sample', model, ...args, ...out]);
      expect(drawn.code, drawn.stderr).toBe(0);
    }
    for (const kind of ['png', 'npy'])
      expect((await readFile(at(`zip.${kind}`))).equals(await readFile(at(`folder.${kind}`)))).toBe(true);

    const verified = await isonoise(['verify', zip, '--provider', 'cpu', '--json']);
    expect(verified.code, verified.stderr).toBe(0);
    expect(JSON.parse(verified.stdout)).toMatchObject({
      path: zip,
      name: 'm',
      ok: true,
      golden: { ok: true, provider: 'cpu' },
    });
    const described: Record<string, unknown>[] = [];
    for (const model of [folder, zip]) {
      const { path, ...rest } = JSON.parse((await isonoise(['info', model, '--json'])).stdout);
      expect(path).toBe(model);
      described.push(rest);
    }
    expect(described[0]).toMatchObject({ kind: 'bundle', manifest: { name: 'm' } });
    expect(described[1]).toEqual(described[0]);
  });

  it('reports what is wrong with a damaged .zip', async () => {
    const files = await filesOf(at('models', 'm'));
    const config = files['unet/config.json'] as Uint8Array;
    await writeFile(
      at('changed.zip'),
      zipSync({ ...files, 'unet/config.json': config.map((byte) => byte ^ 1) }),
    );
    const changed = await isonoise(['verify', at('changed.zip')]);
    expect(changed.stderr).toContain('unet/config.json: changed since the export');
    await writeFile(at('cut.zip'), zipSync(files).subarray(0, 5000));
    for (const verb of ['sample', 'verify', 'info']) {
      const cut = await isonoise([verb, at('cut.zip')]);
      expect(cut.stderr).toContain(`error BUNDLE_FILE_INVALID: ${at('cut.zip')}: `);
      expect([changed.code, cut.code]).toEqual([1, 1]);
    }
  });

  it('verifies a model, and reports a file in which one bit changed', async () => {
    const [good, changed] = [
      await isonoise(['verify', at('models', 'm'), '--provider', 'cpu']),
      at('models', 'm', 'unet', 'model.onnx'),
    ];
    expect(good.stdout).toMatch(/golden image +ok on cpu/);
    expect(good.code).toBe(0);
    const quiet = ['verify', at('models', 'm'), '--provider', 'cpu', '--quiet'];
    expect(await isonoise(quiet)).toEqual({ code: 0, stdout: '', stderr: '' });
    const bytes = await readFile(changed);
    bytes.writeUInt8(bytes.readUInt8(5000) ^ 1, 5000);
    await writeFile(changed, bytes);
    const bad = await isonoise(['verify', at('models', 'm'), '--json']);
    expect(bad.code).toBe(1);
    expect(JSON.parse(bad.stdout)).toMatchObject({
      ok: false,
      problems: [expect.stringContaining('unet/model.onnx: changed')],
    });
    expect(bad.stderr).toContain('error CLI_VERIFY_FAILED');
    expect(await isonoise(quiet)).toEqual({ code: 1, stdout: '', stderr: bad.stderr });
    const sampled = await isonoise(['sample', at('models', 'm'), '--out', at('never.png')]);
    expect(sampled.code).toBe(1);
    await expect(stat(at('never.png'))).rejects.toThrow('ENOENT');
  });
});
