import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeNpy, encodePng, straightRgba, toPixels } from '@isonoise/picture';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isonoise } from '../testdata/isonoise-command.ts';
import type { RunRecord } from './training/run-record.ts';

const SIDE = 8;
const COUNT = 8;
/** A very small network, because these tests check only the handling of transparency. */
const TINY = '--channels 8 --optimizer adamw --batch-size 2 --steps 2 --sample-every 0 --threads 1'.split(
  ' ',
);

let root = '';
const at = (...parts: string[]): string => join(root, ...parts);
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-alpha-'));
  await mkdir(at('sprites'));
  await mkdir(at('photos'));
  for (let i = 0; i < COUNT; i++) {
    await writeFile(at('sprites', `${i}.png`), sprite(i));
    const { data } = opaque(i);
    await writeFile(at('photos', `${i}.png`), encodePng({ width: SIDE, height: SIDE, channels: 3, data }));
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));

/**
 * Returns a PNG of a half-transparent square. The pixels around it are transparent, with white as their
 * hidden colour.
 */
function sprite(shade: number): Uint8Array {
  const data = Uint8Array.from({ length: 4 * SIDE * SIDE }, (_, i) => {
    const [x, y] = [(i >> 2) % SIDE, Math.floor((i >> 2) / SIDE)];
    const inside = x >= 2 && x < 6 && y >= 2 && y < 6;
    if (i % 4 === 3) return inside ? 128 : 0;
    return inside ? 10 * shade + 30 * (i % 4) : 255;
  });
  return encodePng({ width: SIDE, height: SIDE, channels: 4, data });
}

const opaque = (shade: number) => ({
  data: Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, i) => (40 * shade + i) % 256),
});

const train = (dataset: string, name: string, ...args: string[]) =>
  isonoise(['train', '--dataset', at(dataset), '--name', name, '--runs', at('runs'), ...TINY, ...args]);

const record = async (name: string): Promise<RunRecord> =>
  JSON.parse(await readFile(at('runs', name, 'run.json'), 'utf8')) as RunRecord;

/** Returns the size of a picture file, its channels and its number of frames. */
const factsOf = async (path: string) => {
  const { width, height, channels, pages } = await sharp(path).metadata();
  return { width, height, channels, pages };
};

describe.sequential('training on images with transparent parts', () => {
  it('keeps alpha, and reports it in the output and in the record', async () => {
    const ended = await train('sprites', 'a');
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain('8 of 8 images have transparent parts: all get an alpha channel');
    expect(ended.stderr).toContain('sprites: 8 images 4x8x8, no classes');
    // A quarter of each image has alpha 128, so the mean of alpha is 32. The hidden white has no effect.
    expect(ended.stderr).toContain(
      'channel values (scale 0 to 255, colours premultiplied by alpha): red 0 to 35',
    );
    expect(ended.stderr).toContain('alpha 0 to 128, mean 32.0');
    expect((await record('a')).data).toMatchObject({ alpha: 'on', background: null });
    expect(await factsOf(at('runs', 'a', 'data.png'))).toMatchObject({ channels: 3 });
  });

  it('removes alpha and adds a background if requested', async () => {
    const ended = await train('sprites', 'b', '--background', '#102');
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain('sprites: 8 images 3x8x8');
    // The lowest blue is that of the background #110022.
    expect(ended.stderr).toContain('blue 34 to');
    expect((await record('b')).data).toMatchObject({ alpha: 'off', background: '#110022' });
    const white = await train('sprites', 'c', '--alpha', 'off');
    expect(white.code, white.stderr).toBe(0);
    expect(white.stderr).toContain('red 127 to 255');
  });

  it('can be resumed with the same choice of alpha, but not with a different one', async () => {
    const resume = (...args: string[]) =>
      isonoise(['train', '--name', 'a', '--runs', at('runs'), '--resume', ...args]);
    const resumed = await resume('--steps', '3');
    expect(resumed.code, resumed.stderr).toBe(0);
    const other = await resume('--alpha', 'off');
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringContaining('alpha: on in the run, off requested'),
    ]);
  });

  it('gives a model of format 3, whose single images are RGBA files', async () => {
    const exported = await isonoise(['export-onnx', at('runs', 'a'), '--out', at('model'), '--samples', '2']);
    expect(exported.code, exported.stderr).toBe(0);
    const manifest = JSON.parse(await readFile(at('model', 'isonoise.json'), 'utf8')) as object;
    expect(manifest).toMatchObject({
      formatVersion: 3,
      pixels: 'premultiplied-rgba',
      image: { channels: 4 },
    });
    expect(await readFile(at('model', 'README.md'), 'utf8')).toContain(
      '| Channels | red, green and blue, each multiplied by alpha',
    );
    const [png, npy] = [at('one.png'), at('one.npy')];
    const drawn = await isonoise([
      'sample',
      at('model'),
      '--count',
      '1',
      '--steps',
      '2',
      '--out',
      png,
      '--npy',
      npy,
    ]);
    expect(drawn.code, drawn.stderr).toBe(0);
    expect(await factsOf(png)).toMatchObject({ width: SIDE, height: SIDE, channels: 4 });
    const { data, shape } = decodeNpy(await readFile(npy));
    expect(shape).toEqual([1, 4, SIDE, SIDE]);
    const pixels = straightRgba(toPixels(data, { channels: 4, height: SIDE, width: SIDE }));
    expect([...(await sharp(png).raw().toBuffer())]).toEqual([...pixels]);
  });

  it('gives a model whose sheets are on a checkerboard, on a colour, or transparent', async () => {
    const sheet = async (...args: string[]) => {
      const out = at('sheet.png');
      const ended = await isonoise([
        'sample',
        at('model'),
        '--count',
        '4',
        '--steps',
        '2',
        '--out',
        out,
        ...args,
      ]);
      expect(ended.code, ended.stderr).toBe(0);
      const { channels } = await factsOf(out);
      const { data, info } = await sharp(out).raw().toBuffer({ resolveWithObject: true });
      return { channels, corner: [...data.subarray(0, channels)], width: info.width };
    };
    // Two columns of 16 pixels with gaps of 2.
    expect(await sheet()).toEqual({ channels: 3, corner: [0, 0, 0], width: 38 });
    expect(await sheet('--background', '#0a0b0c')).toEqual({ channels: 3, corner: [10, 11, 12], width: 38 });
    expect(await sheet('--background', 'transparent')).toEqual({
      channels: 4,
      corner: [0, 0, 0, 0],
      width: 38,
    });
  });

  it('gives a model whose APNGs have alpha and whose GIFs are on a checkerboard', async () => {
    const animated = (name: string, ...args: string[]) =>
      isonoise(
        [
          'sample',
          at('model'),
          '--count',
          '1',
          '--steps',
          '3',
          '--out',
          at('o.png'),
          '--gif',
          at(name),
        ].concat(args),
      );
    for (const name of ['steps.png', 'steps.gif']) expect((await animated(name)).code).toBe(0);
    expect(await factsOf(at('steps.png'))).toMatchObject({ width: SIDE, channels: 4 });
    expect(Buffer.from(await readFile(at('steps.png'))).includes('acTL')).toBe(true);
    expect(await factsOf(at('steps.gif'))).toMatchObject({ width: SIDE, channels: 3, pages: 3 });
    const refused = await animated('clear.gif', '--background', 'transparent');
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('expected the name of an APNG'),
    ]);
  });

  it('gives a model that evaluate can measure', async () => {
    const ended = await isonoise(
      [
        'evaluate',
        at('model'),
        '--dataset',
        at('sprites'),
        '--out',
        at('out'),
        '--count',
        '6',
        '--json',
      ].concat(['--steps', '2', '--provider', 'cpu']),
    );
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toContain('"fid"');
  });
});

describe('--alpha and --background', () => {
  it('are not needed for opaque images, which keep three channels', async () => {
    const ended = await train('photos', 'p');
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain('photos: 8 images 3x8x8');
    expect((await record('p')).data.alpha).toBe('off');
  });

  it.each([
    [['--alpha', 'on', '--grayscale'], '--alpha on: --grayscale removes transparency'],
    [['--alpha', 'auto', '--background', 'white'], '--alpha auto: --background removes transparency'],
    [['--background', 'mauve'], 'Expected a colour: #rrggbb, #rgb, black, grey, white'],
  ])('are refused if they contradict another option or have an unknown value: %s', async (args, message) => {
    const ended = await train('sprites', 'x', ...args);
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('are refused for a known data set', async () => {
    for (const args of [
      ['--alpha', 'on'],
      ['--background', 'black'],
    ]) {
      const ended = await isonoise(['train', '--dataset', 'mnist', '--runs', at('runs'), ...args]);
      expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('expected a folder of images')]);
    }
  });

  it('are refused by sample if the model has no alpha', async () => {
    const ended = await isonoise(['sample', 'models/mnist', '--background', 'black', '--out', at('m.png')]);
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('expected a model with alpha')]);
  });
});
