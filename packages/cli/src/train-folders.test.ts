import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadDataset } from '@isonoise/data/node';
import { encodePng } from '@isonoise/picture';
import type { DataRecord } from '@isonoise/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isonoise } from '../testdata/isonoise-command.ts';
import type { RunRecord } from './training/run-record.ts';

const SIDE = 8;
/** A very small network, because these tests check only the handling of images. */
const TINY = '--channels 8 --optimizer adamw --batch-size 2 --steps 2 --sample-every 0 --threads 1'.split(
  ' ',
);

let root = '';
const at = (...parts: string[]): string => join(root, ...parts);
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-folders-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(at(path)), { recursive: true });
  await writeFile(at(path), content);
}

/** Returns a PNG whose left half is `[red, 0, 0]` and whose right half is `[0, 0, blue]`. */
function halves(red: number, blue: number): Uint8Array {
  const data = Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, i) => {
    const left = Math.floor(i / 3) % SIDE < SIDE / 2;
    return i % 3 === 0 && left ? red : i % 3 === 2 && !left ? blue : 0;
  });
  return encodePng({ width: SIDE, height: SIDE, channels: 3, data });
}

const resume = (name: string, ...args: string[]) =>
  isonoise(['train', '--name', name, '--runs', at('runs'), '--resume', ...args]);

describe.sequential('training on a folder', () => {
  const train = (...args: string[]) =>
    isonoise(['train', '--dataset', at('photos'), '--name', 'r', '--runs', at('runs'), ...TINY, ...args]);

  it('reports all unusable files, and stops before it writes anything', async () => {
    await put('photos/cat/1.png', halves(200, 100));
    await put('photos/cat/2.png', '');
    await put('photos/cat/3.png', halves(100, 250));
    await put('photos/dog/1.png', halves(150, 50));
    await put('photos/dog/2.png', '<svg xmlns="http://www.w3.org/2000/svg"/>');
    const ended = await train();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('error DATA_FORMAT');
    expect(ended.stderr).toContain('2 of 5 images cannot be used:');
    expect(ended.stderr).toContain('cat/2.png: the file is empty');
    expect(ended.stderr).toContain('dog/2.png: is SVG by its content');
    expect(ended.stderr).toContain('leave them out with --skip-bad');
    await expect(readFile(at('runs', 'r', 'config.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('leaves out unusable files with --skip-bad, and shows the training images in data.png', async () => {
    const ended = await train('--skip-bad');
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain('2 of 5 images cannot be used:');
    expect(ended.stderr).toContain('They are left out.');
    expect(ended.stderr).toContain('photos: 3 images 3x8x8, 2 classes');
    // Each colour fills half of an image, so the means are (200 + 100 + 150) / 6 and (100 + 250 + 50) / 6.
    expect(ended.stderr).toContain(
      'channel values (scale 0 to 255): red 0 to 200, mean 75.0; green 0 to 0, mean 0.0; blue 0 to 250, mean 66.7',
    );
    const sheet = await readFile(at('runs', 'r', 'data.png'));
    await put('sheet/data.png', sheet);
    const { dataset } = await loadDataset(at('sheet'));
    // The sheet has two images per row, with gaps of 2 pixels. Each pixel is magnified to a square.
    const { width, height } = dataset.shape;
    const scale = (width - 6) / (2 * SIDE);
    expect([Number.isInteger(scale), height]).toEqual([true, width]);
    const value = (channel: number, x: number, y: number): number | undefined =>
      dataset.pixels[(channel * height + y) * width + x];
    const right = 4 + SIDE * scale;
    expect([value(0, 2, 2), value(2, right - 3, 2)]).toEqual([200, 100]); // cat/1.png
    expect([value(0, right, 2), value(2, width - 3, 2)]).toEqual([100, 250]); // cat/3.png
    expect([value(0, 2, right), value(2, right - 3, right)]).toEqual([150, 50]); // dog/1.png
    expect(value(1, 0, 0)).toBe(128); // background
  });

  it('can be resumed without --skip-bad, because the run records it', async () => {
    const ended = await resume('r', '--steps', '3');
    expect(ended.stderr).not.toContain('error');
    expect(ended.code).toBe(0);
    expect(JSON.parse(await readFile(at('runs', 'r', 'run.json'), 'utf8'))).toMatchObject({
      data: { skipBad: true },
      images: 3,
    });
  });

  it('uses images of every class with --limit', async () => {
    const ended = await train('--skip-bad', '--overwrite', '--limit', '2');
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain('photos: 2 images 3x8x8, 2 classes');
    expect(ended.stderr).toContain('red 0 to 200, mean 87.5');
  });

  it.each(['utf8', 'utf16le'] as const)(
    'reads a configuration in %s with a byte order mark',
    async (encoding) => {
      const config = JSON.stringify({ dataset: at('nowhere-é') });
      await put('config.json', Buffer.from(`\ufeff${config}`, encoding));
      const ended = await isonoise(['train', '--config', at('config.json'), '--runs', at('runs')]);
      expect(ended.stderr).toContain(`error DATA_NOT_FOUND: data set ${at('nowhere-é')}`);
    },
  );

  it('reads files of a run with a byte order mark, which some editors add', async () => {
    for (const name of ['config.json', 'run.json']) {
      const text = await readFile(at('runs', 'r', name), 'utf8');
      await put(`runs/r/${name}`, `\ufeff${text}`);
    }
    const ended = await resume('r', '--steps', '3');
    expect(ended.code, ended.stderr).toBe(0);
  });

  it('refuses --skip-bad for a known data set', async () => {
    const ended = await isonoise(['train', '--dataset', 'mnist', '--skip-bad', '--runs', at('runs')]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('--skip-bad: the data set is mnist; expected a folder of images');
  });
});

describe.sequential('training with held-out images', () => {
  const train = (...args: string[]) =>
    isonoise(['train', '--dataset', at('many'), '--name', 'held', '--runs', at('runs'), ...TINY, ...args]);
  const record = async (): Promise<RunRecord> =>
    JSON.parse(await readFile(at('runs', 'held', 'run.json'), 'utf8')) as RunRecord;

  it('holds out a tenth of 200 images, records them, and does not train on them', async () => {
    for (let i = 0; i < 200; i++) await put(`many/${i}.png`, halves(i, 255 - i));
    const ended = await train();
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain('many: 180 images 3x8x8');
    expect(ended.stderr).toContain('reserved 20 of 200 images for evaluation');
    const { images, heldOut, data } = await record();
    expect([images, heldOut?.images, heldOut?.keys.length, data.holdout]).toEqual([180, 20, 20 * 16, 0.1]);
    const { files, count } = JSON.parse(
      await readFile(at('runs', 'held', 'data.json'), 'utf8'),
    ) as DataRecord;
    expect([count, files?.length]).toEqual([180, 180]);
  });

  it('can be resumed with the same split, even after a held-out image was removed', async () => {
    const before = await record();
    const { files } = JSON.parse(await readFile(at('runs', 'held', 'data.json'), 'utf8')) as DataRecord;
    const held = Array.from({ length: 200 }, (_, i) => `${i}.png`).find(
      (file) => files?.includes(file) === false,
    );
    await rm(at('many', held ?? ''));
    const ended = await resume('held', '--steps', '3');
    expect(ended.code, ended.stderr).toBe(0);
    expect((await record()).heldOut).toEqual(before.heldOut);
    const other = await resume('held', '--holdout', '0.2');
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringContaining('holdout: 0.1 in the run, 0.2 requested'),
    ]);
  });

  it('exports a model that is evaluated on the held-out images', async () => {
    const model = at('model');
    const exported = await isonoise(['export-onnx', at('runs', 'held'), '--out', model, '--samples', '1']);
    expect(exported.code, exported.stderr).toBe(0);
    const options = '--bits --bits-count 100 --bits-steps 2 --bits-methods bound --provider cpu'.split(' ');
    const ended = await isonoise(['evaluate', model, '--out', at('out'), ...options, '--json']);
    expect(ended.code, ended.stderr).toBe(0);
    // One of the 20 held-out images was removed.
    expect(JSON.parse(ended.stdout)).toMatchObject({ split: 'held-out', images: 19, dataset: at('many') });
    expect(ended.stderr).toContain('has 19 of the 20 held-out images of the training');
  });

  it('uses all images if it resumes a run of an earlier version', async () => {
    expect((await train('--overwrite', '--holdout', '0')).stderr).not.toContain('reserved');
    const { heldOut, data, ...rest } = await record();
    expect([heldOut, data.holdout, rest.images]).toEqual([null, 0, 199]);
    const { holdout: _, ...olderData } = data;
    await put('runs/held/run.json', JSON.stringify({ ...rest, data: olderData }));
    const ended = await resume('held', '--steps', '3');
    expect(ended.code, ended.stderr).toBe(0);
    expect((await record()).images).toBe(199);
  });

  it('refuses --holdout for a known data set, and a share of 1', async () => {
    const known = await isonoise(['train', '--dataset', 'mnist', '--holdout', '0.2', '--runs', at('runs')]);
    expect([known.code, known.stderr]).toEqual([2, expect.stringContaining('expected a folder of images')]);
    const all = await isonoise(['train', '--dataset', at('many'), '--holdout', '1', '--runs', at('runs')]);
    expect([all.code, all.stderr]).toEqual([2, expect.stringContaining('from 0 to 0.9')]);
  });
});

it('training on MNIST with --limit uses digits of every class', async () => {
  const ended = await isonoise(['train', '--limit', '10', '--name', 'm', '--runs', at('runs'), ...TINY]);
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stderr).toContain('mnist: 10 images 1x28x28, 10 classes');
  const { data } = JSON.parse(await readFile(at('runs', 'm', 'run.json'), 'utf8')) as { data: unknown };
  expect(data).toMatchObject({ limit: 10 });
  const { labels } = JSON.parse(await readFile(at('runs', 'm', 'data.json'), 'utf8')) as { labels: number[] };
  expect([...labels].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
