import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toSchedulerConfig } from '@isonoise/bundle';
import { exportBundle } from '@isonoise/export';
import { encodePng } from '@isonoise/picture';
import { fillUniforms } from '@isonoise/random';
import { nodeFiles } from '@isonoise/runtime-node';
import '@tensorflow/tfjs-backend-cpu';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cpuSession, smallModel } from '../../../export/testdata/small-networks.ts';
import { featureGraph } from '../../testdata/feature-graph.ts';
import { isonoise, spawned } from '../../testdata/isonoise-command.ts';

const SIZE = 8;
let root = '';
let common: readonly string[] = [];

/** Writes a small model, 30 random images in three folders, and a network whose features are the pixels. */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-evaluate-'));
  await exported('small');
  for (let i = 0; i < 30; i++) {
    const folder = join(root, 'images', `class ${i % 3}`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${i}.png`), picture(i));
  }
  await writeFile(join(root, 'features.onnx'), featureGraph({ size: SIZE, classes: 3 }));
  common = [
    'evaluate',
    join(root, 'small'),
    ...['--dataset', join(root, 'images'), '--features', join(root, 'features.onnx'), '--output', 'pixels'],
    ...['--cache', join(root, 'cache'), '--provider', 'cpu', '--threads', '1'],
  ];
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Exports a small model with a linear schedule. @returns the folder of the model */
async function exported(
  name: string,
  schedule: { readonly numTrainTimesteps?: number } = {},
  network: Parameters<typeof smallModel>[0] = { classes: 3 },
): Promise<string> {
  const model = smallModel(network);
  const scheduler = toSchedulerConfig({ kind: 'linear', ...schedule }, { prediction_type: 'epsilon' });
  await exportBundle(nodeFiles(join(root, name)), {
    ...model,
    spec: { ...model.spec, scheduler },
    createSession: (onnx) => cpuSession(onnx),
    referenceBackend: 'cpu',
    card: { license: 'apache-2.0' },
    sheet: { count: 2, steps: 2 },
  });
  return join(root, name);
}

function picture(image: number): Uint8Array {
  const values = new Float32Array(SIZE * SIZE);
  fillUniforms(values, { seed: 9, image, step: 0, purpose: 'initialNoise' });
  const data = Uint8Array.from(values, (value) => 255 * value);
  return encodePng({ width: SIZE, height: SIZE, channels: 1, data });
}

interface Document {
  readonly rows: readonly {
    readonly sampler: string;
    readonly calls: number;
    readonly measures: Readonly<Record<string, number | null>>;
  }[];
}

describe('isonoise evaluate', () => {
  it('measures every combination and writes a table, a plot and JSON', async () => {
    const out = join(root, 'out');
    const args = [...common, '--out', out, '--count', '40', '--steps', '2,3', '--guidance', '1,2'];
    const { code, stdout } = await isonoise([...args, '--json', '--quiet']);
    expect(code).toBe(0);
    const { rows } = JSON.parse(stdout) as Document;
    expect(rows.map(({ sampler, calls }) => [sampler, calls])).toEqual([
      ['ddim', 2],
      ['ddim', 4],
      ['ddim', 3],
      ['ddim', 6],
    ]);
    for (const { measures } of rows) {
      expect(measures.images).toBe(40);
      expect(measures.fid).toBeGreaterThan(0);
      expect(measures.rightClass).toBeGreaterThanOrEqual(0);
      // A folder has no test images.
      expect(measures.originality).toBeNull();
    }
    expect((await readdir(out)).filter((name) => !name.startsWith('ddim'))).toEqual([
      'pairs.svg',
      'quality.svg',
      'results.json',
      'results.md',
    ]);
    expect(await readFile(join(out, 'results.md'), 'utf8')).toContain('| ddim | 2 | 1 | 2 |');
  });

  it('draws the same images as without guidance if the guide is the model itself', async () => {
    const args = [...common, '--out', join(root, 'guided'), '--count', '10', '--steps', '2'];
    const guided = ['--guidance', '1,3', '--guide', join(root, 'small'), '--json', '--quiet'];
    const { code, stdout } = await isonoise([...args, ...guided]);
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as Document & { readonly guide: string };
    expect(document.guide).toBe(join(root, 'small'));
    const [plain, byItself] = document.rows;
    expect([plain?.calls, byItself?.calls]).toEqual([2, 4]);
    expect(byItself?.measures).toEqual(plain?.measures);
  });

  it('compares the FIDs of two models with --against', async () => {
    const other = await exported('other', { numTrainTimesteps: 100 });
    const at = (name: string, ...more: readonly string[]) =>
      isonoise([
        ...common.with(1, join(root, name)),
        ...['--out', join(root, `fid-${name}`), '--output', 'logits', '--count', '12', '--steps', '2'],
        ...['--json', ...more],
      ]);
    const fids: number[] = [];
    for (const name of ['small', 'other'])
      fids.push((JSON.parse((await at(name)).stdout) as Document).rows[0]?.measures.fid ?? 0);
    const { code, stdout, stderr } = await at('small', '--against', other, '--write');
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/bootstrap \d+\/1000 · ddim 2, guidance 1 · .+ left/);
    const text = await readFile(join(root, 'fid-small', 'against.json'), 'utf8');
    const written = JSON.parse(text) as { ratios: readonly { ratio: number; upper: number }[] };
    const { comparison, rows } = JSON.parse(stdout) as Document & { readonly comparison: typeof written };
    expect(rows[0]?.measures.fid).toBe(fids[0]);
    expect(comparison).toEqual(written);
    const { ratios } = comparison;
    const network = await readFile(join(other, 'unet', 'model.onnx'));
    const sha256 = createHash('sha256').update(network).digest('hex');
    expect(ratios).toEqual([expect.objectContaining({ name: 'ddim 2, guidance 1', resamples: 1000 })]);
    expect(ratios[0]?.ratio).toBeCloseTo((fids[0] ?? 0) / (fids[1] ?? 0), 6);
    expect(ratios[0]?.upper).toBeGreaterThan(ratios[0]?.ratio ?? 0);
    const cardOf = () => readFile(join(root, 'small', 'README.md'), 'utf8');
    const card = await cardOf();
    expect(card).not.toContain(other);
    const section =
      `\n## FID ratio\n\nFID divided by that of the model small (SHA-256 of its network: ${sha256.slice(0, 12)}…), from the same seeds:\n\n` +
      `- ddim 2, guidance 1: ${ratios[0]?.ratio.toFixed(4)}, at most ${ratios[0]?.upper.toFixed(4)} (95 %, paired bootstrap of 1,000)\n\n` +
      '12 images, seed 1, compared with the 30 training images';
    expect(card).toContain(section);
    expect(card).toMatch(/\nMeasured with `pnpm evaluate .+ --against <model>`\.\n/);
    // An evaluation without a second model keeps the ratio, which belongs to the same weights.
    expect((await at('small', '--write')).code).toBe(0);
    const again = await cardOf();
    expect(again).toContain(section);
    expect(again.match(/^## Evaluation$/gm)).toHaveLength(1);
    // A graph in a different precision draws other images, so the ratio is left out, with a warning.
    const half = join(root, 'small-half');
    const args = [
      '--out',
      half,
      '--precision',
      'fp16',
      '--reference',
      'cpu',
      '--samples',
      '1',
      '--sample-steps',
      '1',
    ];
    const exporting = await isonoise(['export-onnx', join(root, 'small'), ...args]);
    expect(exporting.stderr).toContain("the card's section FID ratio does not apply to the changed model");
    expect(await readFile(join(half, 'README.md'), 'utf8')).not.toContain('FID ratio');
  });

  it('refuses an unsuitable model of --against before the first image is drawn', async () => {
    const other = await exported('short', { numTrainTimesteps: 100 });
    const out = join(root, 'refused');
    const args = [...common, '--out', out, '--count', '12', '--steps', '150', '--against', other];
    const { code, stderr } = await isonoise(args);
    expect([code, stderr]).toEqual([2, expect.stringContaining('150')]);
    expect(await readdir(out).catch(() => [])).toEqual([]);
    const run = join(root, 'run');
    await mkdir(run);
    for (const file of ['run.json', 'config.json']) await writeFile(join(run, file), '{}');
    expect((await isonoise([...common, '--against', run])).stderr).toContain('is a run, not a model');
    const wider = await exported('wider', {}, { size: 16, classes: 3 });
    expect((await isonoise([...common, '--against', wider])).stderr).toContain(
      'draws images of another size, or with other classes or tags; expected those of small.',
    );
  });

  it('refuses a guide without a guidance scale', async () => {
    for (const scale of [[], ['--guidance', '1']]) {
      const { code, stderr } = await isonoise([...common, '--guide', join(root, 'small'), ...scale]);
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining('--guide: no guidance scale differs from 1'),
      ]);
    }
  });

  it('writes the measures into the card with --write, and keeps the model valid', async () => {
    const model = join(root, 'small');
    const args = [
      ...common,
      '--out',
      join(root, 'out'),
      '--count',
      '40',
      '--steps',
      '2',
      '--guidance',
      '1,2',
    ];
    expect((await isonoise([...args, '--write', '--quiet'])).code).toBe(0);
    const card = await readFile(join(model, 'README.md'), 'utf8');
    expect(card.match(/^## Evaluation$/gm)).toHaveLength(1);
    expect(card).toContain('40 images, seed 1, compared with the 30 training images');
    expect(card).toContain('| ddim | 2 | 2 | 4 |');
    expect(card).toContain('![Closest pairs](pairs.svg)');
    const manifest: unknown = JSON.parse(await readFile(join(model, 'isonoise.json'), 'utf8'));
    expect(manifest).toMatchObject({ files: { 'pairs.svg': { bytes: expect.any(Number) } } });
    expect((await isonoise(['verify', model, '--provider', 'cpu', '--quiet'])).code).toBe(0);
  });

  it('draws only missing images when repeated, and prints the same numbers', async () => {
    const out = join(root, 'again');
    const args = [...common, '--out', out, '--steps', '2', '--json', '--quiet'];
    const first = await isonoise([...args, '--count', '120']);
    const [folder = ''] = (await readdir(out)).filter((name) => name.startsWith('ddim'));
    const times = async () => {
      const names = (await readdir(join(out, folder))).filter((name) => name.endsWith('.safetensors'));
      return Promise.all(names.map(async (name) => [name, (await stat(join(out, folder, name))).mtimeMs]));
    };
    const before = await times();
    expect(before.map(([name]) => name)).toEqual(['0000000.safetensors', '0000100.safetensors']);
    const second = await isonoise([...args, '--count', '120']);
    expect(second.stdout).toBe(first.stdout);
    expect(await times()).toEqual(before);
    // If more images are requested, the complete chunk is kept, and the incomplete chunk is drawn again.
    expect((await isonoise([...args, '--count', '150'])).code).toBe(0);
    const after = await times();
    expect([after[0], after[1]?.[1] === before[1]?.[1]]).toEqual([before[0], false]);
  });

  it('saves at SIGINT and resumes with the same result', async () => {
    const args = [...common, '--count', '300', '--steps', '20'];
    const out = join(root, 'stopped');
    let sent = false;
    const watch = setInterval(async () => {
      const files = await readdir(out, { recursive: true }).catch(() => []);
      if (sent || pid === 0 || !files.some((name) => name.endsWith('0000000.safetensors'))) return;
      sent = true;
      process.kill(pid, 'SIGINT');
    }, 20);
    let pid = 0;
    const running = spawned([...args, '--out', out], undefined, (started) => {
      pid = started;
    });
    const ended = await running;
    clearInterval(watch);
    expect(ended.code).toBe(130);
    expect(ended.stderr).toContain('stopped. Resume it with: pnpm evaluate');
    const resumed = await isonoise([...args, '--out', out, '--json', '--quiet']);
    const whole = await isonoise([...args, '--out', join(root, 'whole'), '--json', '--quiet']);
    const rowsOf = ({ stdout }: { readonly stdout: string }) => (JSON.parse(stdout) as Document).rows;
    expect(rowsOf(resumed)).toEqual(rowsOf(whole));
  });

  it('refuses a missing data set, --write without a folder, unknown outputs and samplers, and small counts', async () => {
    const fails = async (...args: string[]) => {
      const { code, stderr } = await isonoise([...common, ...args]);
      return [code, stderr] as const;
    };
    expect((await fails('--dataset', join(root, 'nothing')))[0]).toBe(1);
    const onnx = join(root, 'small', 'unet', 'model.onnx');
    const bare = await isonoise([...common.with(1, onnx), '--write']);
    expect([bare.code, bare.stderr]).toEqual([2, expect.stringContaining('--write: ')]);
    expect(await fails('--output', 'pool3')).toEqual([2, expect.stringContaining('--output pool3')]);
    expect(await fails('--samplers', 'ddim,dim')).toEqual([
      2,
      expect.stringContaining('Expected one or more of'),
    ]);
    expect(await fails('--count', '5')).toEqual([2, expect.stringContaining('from 6 to 1000000')]);
  });
});
