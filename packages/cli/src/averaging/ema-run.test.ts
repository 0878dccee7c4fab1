import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBundle, readWeights } from '@isonoise/bundle';
import { flatWeights } from '@isonoise/export';
import { createNetwork } from '@isonoise/network';
import { bundleFiles } from '@isonoise/runtime-node';
import { loadLatestCheckpoint, readCheckpoint, reconstructAverages } from '@isonoise/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { featureGraph } from '../../testdata/feature-graph.ts';
import { isonoise } from '../../testdata/isonoise-command.ts';
import { writeRandomImages } from '../../testdata/random-images.ts';
import { guideWeights, runWeights } from '../exporting/run-weights.ts';
import { readRunDirectory } from '../run-directory.ts';

const SIZE = 8;
let root = '';
const at = (...parts: string[]): string => join(root, ...parts);
const run = (name = 'power'): string => at('runs', name);
const measuringFlags = (): string[] => [
  ...['--features', at('features.onnx'), '--output', 'pixels', '--cache', at('cache'), '--out', at('out')],
  ...['--count', '10', '--steps', '2', '--provider', 'cpu', '--threads', '1'],
];
const train = (name: string, ...more: string[]): string[] => [
  ...['train', '--dataset', at('images'), '--size', String(SIZE), '--grayscale', '--unconditional'],
  ...['--optimizer', 'adamw'],
  ...['--name', name, '--runs', at('runs'), '--channels', '8,16', '--batch-size', '4', '--threads', '1'],
  ...['--sample-every', '0', '--steps', '12', '--checkpoint-every', '6', '--quiet', ...more],
];
const EXPORT = ['--samples', '1', '--sample-steps', '1', '--reference', 'cpu'];

/**
 * Trains a run of 12 steps with 6 snapshots on 20 random images, and writes a network whose features are the pixels.
 */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-ema-'));
  await writeRandomImages(at('images'), 20, SIZE);
  await writeFile(at('features.onnx'), featureGraph({ size: SIZE, classes: 0 }));
  await writeFile(at('power.json'), JSON.stringify({ ema: { kind: 'power', snapshots: 6 } }));
  expect(await isonoise(train('power', '--config', at('power.json')))).toMatchObject({ code: 0 });
});
afterAll(() => rm(root, { recursive: true, force: true }));

interface Document {
  readonly kept: number;
  readonly rows: readonly {
    readonly length: number;
    readonly error: number;
    readonly tracked: boolean;
    readonly kept: boolean;
    readonly measures: { readonly fid: number };
  }[];
}

/** Returns the weights of an exported model, and the training facts in its manifest. */
async function exported(path: string) {
  const files = await bundleFiles(path);
  const { manifest, networkConfig } = await readBundle(files);
  const { network } = createNetwork(networkConfig);
  const { tensors } = await readWeights(files, manifest);
  return { theta: flatWeights(network, tensors), training: manifest.training };
}

describe.sequential('isonoise ema', () => {
  it('measures averages of several lengths, and records the best average in the run', async () => {
    const { code, stdout } = await isonoise([
      ...['ema', run(), ...measuringFlags(), '--lengths', '0.2', '--json', '--quiet'],
    ]);
    expect(code).toBe(0);
    const { rows, kept } = JSON.parse(stdout) as Document;
    expect(rows.map(({ length, tracked }) => [length, tracked])).toEqual([
      [0.05, true],
      [0.1, true],
      [0.2, false],
    ]);
    expect(rows.map(({ error }) => error === 0)).toEqual([true, true, false]);
    const best = rows.toSorted((a, b) => a.measures.fid - b.measures.fid)[0];
    expect(new Set(rows.map(({ measures }) => measures.fid)).size).toBe(3);
    expect(best).toMatchObject({ length: kept, kept: true });
    expect(JSON.parse(await readFile(join(run(), 'ema.json'), 'utf8'))).toMatchObject({
      step: 12,
      length: kept,
      fid: best?.measures.fid,
      measured: { count: 10, steps: 2, guidance: 1, seed: '1' },
    });
    const text = await readFile(at('out', 'results.md'), 'utf8');
    expect(text).toContain('| length | profile error | FID | KID × 1000 | right class |  |');
    expect(text).toMatch(/\| 0\.1 \| 0\.0 % \| .* tracked \|/);
    expect(await readFile(at('out', 'fid.svg'), 'utf8')).toContain('length of the average');
  });

  it('does not draw images for lengths that are already measured', async () => {
    const before = await readdir(at('out'), { recursive: true });
    const times = await Promise.all(before.map(async (name) => (await stat(at('out', name))).mtimeMs));
    const { code, stdout } = await isonoise(['ema', run(), ...measuringFlags(), '--lengths', '0.2']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^length +profile error/);
    const features = before.flatMap((name, i) => (name.endsWith('.safetensors') ? [[name, times[i]]] : []));
    expect(features).toHaveLength(3);
    for (const [name, time] of features) expect((await stat(at('out', String(name)))).mtimeMs).toBe(time);
  });

  it('refuses a run with an exponential average, and lengths that are too large', async () => {
    expect(await isonoise(train('plain', '--ema', 'exponential'))).toMatchObject({ code: 0 });
    expect(await isonoise(['ema', run('plain'), ...measuringFlags()])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('expected power-function averages. Train with --ema power.'),
    });
    expect(await isonoise(['ema', run(), '--lengths', '0.1,0.3'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Expected a number from 0.001 to 0.288.'),
    });
  });
});

describe.sequential('export-onnx with averaged weights', () => {
  it('exports the average that ema kept, and a guide from an earlier step', async () => {
    const { store } = await readRunDirectory(run());
    const { checkpoint } = await loadLatestCheckpoint(store);
    // The run does not track this length, so the export must reconstruct the average.
    await writeFile(
      join(run(), 'ema.json'),
      JSON.stringify({ step: 12, length: 0.08, fid: 1, measured: {} }),
    );
    const out = at('models', 'm');
    const { code, stderr, stdout } = await isonoise([
      ...['export-onnx', run(), '--out', out, ...EXPORT, '--guide-from', '4:0.2'],
    ]);
    expect(stderr).toContain('power-function average, length 0.08');
    expect(stderr).toContain(`next: pnpm sample ${out} --guide ${out}-guide --guidance 2`);
    expect([code, stdout.includes('model.onnx')]).toEqual([0, true]);

    const model = await exported(out);
    const { averages } = await reconstructAverages(store, checkpoint, [0.08]);
    expect(model.theta).toEqual(averages[0]?.weights);
    expect(model.training).toMatchObject({
      steps: 12,
      weights: 'ema',
      averageLength: 0.08,
      guide: { name: 'm-guide', steps: 4, averageLength: 0.2 },
    });
    expect(await readFile(join(out, 'README.md'), 'utf8')).toContain(
      '`m-guide` can guide this model: it has the weights of the same run at step 4 (power-function average, length 0.2).',
    );
    const guide = await exported(`${out}-guide`);
    const early = await reconstructAverages(store, checkpoint, [0.2], 4);
    expect(guide.theta).toEqual(early.averages[0]?.weights);
    expect(guide.training).toMatchObject({ steps: 4, averageLength: 0.2 });

    const sampled = await isonoise([
      ...['sample', out, '--guide', `${out}-guide`, '--guidance', '2', '--steps', '2', '--count', '1'],
      ...['--out', at('s.png'), '--provider', 'cpu', '--threads', '1'],
    ]);
    expect(sampled).toMatchObject({ code: 0 });
  });

  it('exports the tracked average and warns if ema.json belongs to a different step', async () => {
    const files = await readRunDirectory(run());
    const early = await readCheckpoint(files.store, 6);
    const weights = await runWeights(files, early, {});
    expect(weights).toEqual({
      theta: early.state.ema,
      text: 'power-function average, length 0.05',
      vector: 'ema',
      length: 0.05,
      warnings: [
        expect.stringContaining(
          'ema.json: length 0.08 was the best at step 12, but this checkpoint has step 6; the average that drew the sample sheets',
        ),
      ],
    });
    const requested = await runWeights(files, early, { ema: 0.1 });
    expect(requested).toMatchObject({ theta: early.state.ema2, length: 0.1, warnings: [] });
    expect((await runWeights(files, early, { raw: true })).theta).toBe(early.state.theta);
    // The length 0.5 is larger than the maximum, the length of the plain mean.
    for (const text of ['{"step": 12}', '{"step": 12, "length": 0.5, "fid": 1, "measured": {}}']) {
      await writeFile(join(run(), 'ema.json'), text);
      await expect(runWeights(files, early, {})).rejects.toMatchObject({
        code: 'RUN_FILE',
        message: expect.stringContaining('expected the fields step, length, fid and measured'),
      });
    }
  });

  it('exports a guide only from an earlier checkpoint if the run has an exponential average', async () => {
    const args = ['export-onnx', run('plain'), '--out', at('models', 'plain'), ...EXPORT, '--guide-from'];
    expect(await isonoise([...args, '6:0.1'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the run has an exponential average, whose length is fixed'),
    });
    expect(await isonoise([...args, '5'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        '--guide-from 5: the run has no averages of that step; expected one of 6, 12.',
      ),
    });
    const files = await readRunDirectory(run('plain'));
    const { checkpoint } = await loadLatestCheckpoint(files.store);
    const early = await readCheckpoint(files.store, 6);
    await expect(guideWeights(files, early, { step: 12 }, null)).rejects.toThrow(
      '--guide-from 12: the run has no averages of that step; expected one of 6.',
    );
    const guide = await guideWeights(files, checkpoint, { step: 6 }, null);
    expect(guide.theta).toEqual((await readCheckpoint(files.store, 6)).state.ema);
  });

  it('refuses contradictory options, a guide without a step, and options for runs if the source is a model', async () => {
    const out = at('models', 'none');
    expect(await isonoise(['export-onnx', run(), '--out', out, '--raw', '--ema', '0.1'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("option '--ema <length>' cannot be used with option '--raw'"),
    });
    expect(await isonoise(['export-onnx', run(), '--out', out, '--guide-from', 'early'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Expected the number of a step, or <step>:<length>, like 300:0.05.'),
    });
    const model = at('models', 'm');
    expect(await isonoise(['export-onnx', model, '--out', out, '--guide-from', '3'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--guide-from: '),
    });
  });
});
