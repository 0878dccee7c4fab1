import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportBundle } from '@isonoise/export';
import { encodePng, toPixels } from '@isonoise/picture';
import { fillUniforms } from '@isonoise/random';
import { loadModel, nodeFiles } from '@isonoise/runtime-node';
import '@tensorflow/tfjs-backend-cpu';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cpuSession, smallModel } from '../../../export/testdata/small-networks.ts';
import { featureGraph } from '../../testdata/feature-graph.ts';
import { isonoise } from '../../testdata/isonoise-command.ts';
import { readDrawn } from './feature-files.ts';

const SIZE = 8;
let root = '';
const at = (...parts: string[]): string => join(root, ...parts);
const run = (): string => at('runs', 'shapes');
const comparing = (out: string): string[] => [
  ...['--features', at('features.onnx'), '--output', 'pixels', '--cache', at('cache'), '--out', at(out)],
  ...['--provider', 'cpu', '--threads', '1'],
];
const drawing = (out: string): string[] => [...comparing(out), '--count', '12', '--steps', '2'];

/** Returns the tags of an image: "tag 0" or "tag 1", and for every third image also "tag 2". */
const tagsOf = (image: number): string[] => [
  image < 8 ? 'tag 0' : 'tag 1',
  ...(image % 3 === 0 ? ['tag 2'] : []),
];

/**
 * Writes 12 random images and a small model with three tags. Trains a run for two steps, with tags from the
 * file names.
 */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-evaluate-tags-'));
  await exportBundle(nodeFiles(at('small')), {
    ...smallModel({ tags: 3 }),
    createSession: (model) => cpuSession(model),
    referenceBackend: 'cpu',
    card: { license: 'apache-2.0' },
    sheet: { count: 1, steps: 1 },
  });
  await mkdir(at('images'));
  const rows: string[] = [];
  for (let image = 0; image < 12; image++) {
    const values = new Float32Array(SIZE * SIZE);
    fillUniforms(values, { seed: 4, image, step: 0, purpose: 'initialNoise' });
    const data = Uint8Array.from(values, (value) => 255 * value);
    const name = `${image < 8 ? 'disc' : 'square'}-${image}.png`;
    await writeFile(at('images', name), encodePng({ width: SIZE, height: SIZE, channels: 1, data }));
    rows.push(JSON.stringify({ file_name: name, tags: tagsOf(image) }));
  }
  await writeFile(at('images', 'metadata.jsonl'), rows.join('\n'));
  await writeFile(at('features.onnx'), featureGraph({ size: SIZE, classes: 0 }));
  await writeFile(at('power.json'), JSON.stringify({ ema: { kind: 'power', snapshots: 2 } }));
  const trained = await isonoise([
    ...['train', '--dataset', at('images'), '--size', String(SIZE), '--grayscale', '--tags-from-names'],
    ...[
      '--min-tag-count',
      '4',
      '--name',
      'shapes',
      '--runs',
      at('runs'),
      '--channels',
      '8,8',
      '--steps',
      '2',
    ],
    ...['--batch-size', '4', '--checkpoint-every', '2', '--sample-every', '0', '--threads', '1', '--quiet'],
    ...['--optimizer', 'adamw', '--config', at('power.json')],
  ]);
  expect(trained.code, trained.stderr).toBe(0);
});
afterAll(() => rm(root, { recursive: true, force: true }));

interface Document {
  readonly tags: string;
  readonly rows: readonly { readonly measures: { readonly fid: number } }[];
}

async function evaluated(...args: string[]): Promise<Document> {
  const { code, stdout, stderr } = await isonoise(['evaluate', ...args, '--json', '--quiet']);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Document;
}

describe.sequential('evaluation of a model with tags', () => {
  it('uses the tags of each training image once, and draws the same images when repeated', async () => {
    const first = await evaluated(at('small'), '--dataset', at('images'), ...drawing('first'));
    expect(first.tags).toBe('those of the training images');
    const again = await evaluated(at('small'), '--dataset', at('images'), ...drawing('again'));
    expect(again.rows[0]?.measures).toEqual(first.rows[0]?.measures);
    expect(await readFile(at('first', 'results.md'), 'utf8')).toContain(
      'Tags of the drawn images: those of the training images.',
    );

    // Among all lists of tags, exactly one gives the same image as the evaluation.
    const [cell = ''] = (await readdir(at('first'))).filter((name) => name.includes('-g1-'));
    const drawn = await readDrawn(at('first', cell, '0000000.safetensors'));
    const lists = Array.from({ length: 12 }, (_, image) => tagsOf(image));
    const distinct = new Map(lists.map((list) => [list.join(), list]));
    const images = Array.from({ length: 12 }, (_, image) => image);
    const size = SIZE * SIZE;
    const used: string[][] = images.map(() => []);
    const model = await loadModel(at('small'), { provider: 'cpu', threads: 1 });
    for (const [name, tags] of distinct) {
      let x = new Float32Array(0);
      for await (const step of model.sample({ seed: 1, images, steps: 2, guidance: 1, tags }))
        x = Float32Array.from(step.x);
      const pixels = toPixels(x, model.spec.image);
      for (const image of images) {
        const part = (all: Uint8Array): Uint8Array => all.subarray(image * size, (image + 1) * size);
        if (Buffer.compare(part(pixels), part(drawn?.pixels ?? new Uint8Array())) === 0)
          used[image]?.push(name);
      }
    }
    await model.dispose();
    expect(used.map((names) => names.length)).toEqual(images.map(() => 1));
    expect(used.flat().sort()).toEqual(lists.map((list) => list.join()).sort());
  });

  it('uses the tags of --tags for all images, and refuses unknown tags', async () => {
    const source = [at('small'), '--dataset', at('images')];
    const fixed = await evaluated(...source, '--tags', 'tag 2,tag 0', ...drawing('fixed'));
    expect(fixed.tags).toBe('tag 2, tag 0');
    const unknown = await isonoise(['evaluate', ...source, '--tags', 'tog', ...drawing('unknown')]);
    expect([unknown.code, unknown.stderr]).toEqual([
      2,
      expect.stringContaining('"tog" is not a tag of small'),
    ]);
  });

  it('writes the tags into the card', async () => {
    const source = [at('small'), '--dataset', at('images'), '--write'];
    await evaluated(...source, ...drawing('first'));
    expect(await readFile(at('small', 'README.md'), 'utf8')).toContain(
      '12 images, seed 1, tags: those of the training images, compared with the 12 training images',
    );
  });

  it('reads tags from file names if the run used such tags, and records this in the exported model', async () => {
    const { tags } = await evaluated(run(), ...drawing('of-run'));
    expect(tags).toBe('those of the training images');
    const manifest = JSON.parse(await readFile(at('of-run', 'model', 'isonoise.json'), 'utf8')) as object;
    expect(manifest).toMatchObject({
      training: { tagsFromNames: true },
      tags: { names: ['disc', 'square'], counts: [8, 4] },
    });
  });

  it('measures bits per dimension given the tags of each image', async () => {
    const bits = [
      '--bits-count',
      '4',
      '--bits-steps',
      '2',
      '--bits-methods',
      'bound,flow',
      '--flow-steps',
      '1',
    ];
    const { code, stdout } = await isonoise([
      ...['evaluate', at('small'), '--dataset', at('images'), ...bits, '--out', at('bits')],
      ...['--provider', 'cpu', '--threads', '1', '--json', '--quiet'],
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ classes: null, tags: 'given', images: 4 });
  });

  it('also uses the tags of the training images in pnpm ema, and records this', async () => {
    const lengths = ['--lengths', '0.1', '--json', '--quiet'];
    const { code, stdout, stderr } = await isonoise(['ema', run(), ...drawing('ema'), ...lengths]);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ tags: 'those of the training images' });
    expect(JSON.parse(await readFile(join(run(), 'ema.json'), 'utf8'))).toMatchObject({
      measured: { tags: 'those of the training images', count: 12 },
    });
  });
});
