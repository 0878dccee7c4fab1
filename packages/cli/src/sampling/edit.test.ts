import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { decodePng, encodePng } from '@isonoise/picture';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Scene } from '../../../../tests/support/served.ts';
import { isonoise } from '../../testdata/isonoise-command.ts';

const MNIST = path.resolve(import.meta.dirname, '../../../../models/mnist');
const SIDE = 28;
const scene = new Scene();
const at = (name: string): string => path.join(scene.folder, name);

/** Pixels of a white vertical bar on black. */
const bar = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (Math.abs((i % SIDE) - 14) < 2 ? 240 : 0));
/** Pixels of a mask that selects the lower half. */
const hole = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (i >= (SIDE * SIDE) / 2 ? 255 : 0));

const grey = (name: string, data: Uint8Array, width = SIDE): Promise<void> =>
  writeFile(at(name), encodePng({ width, height: data.length / width, channels: 1, data }));

beforeAll(async () => {
  await scene.build();
  await grey('bar.png', bar);
  await grey('hole.png', hole);
  await writeFile(at('empty.png'), '');
  await grey('dark.png', new Uint8Array(SIDE * SIDE));
  await grey('small.png', new Uint8Array(14 * 7).fill(255), 14);
});
afterAll(() => scene.remove());

const run = (...args: readonly string[]) =>
  isonoise(['sample', MNIST, '--provider', 'cpu', '--init', at('bar.png'), ...args]);

async function pixels(name: string): Promise<Uint8Array> {
  const { readFile } = await import('node:fs/promises');
  return decodePng(await readFile(at(name)), { width: SIDE, height: SIDE }).data;
}

describe('pnpm sample --init', () => {
  it('redraws the pixels that are light in the mask, and keeps all other pixels unchanged', async () => {
    const out = `${at('masked')}/`;
    const { code, stderr } = await run(
      '--mask',
      at('hole.png'),
      '--resample',
      '2',
      '--steps',
      '4',
      '--out',
      out,
    );
    expect(code, stderr).toBe(0);
    const drawn = await pixels('masked/0000-seed-0.png');
    expect(drawn.slice(0, drawn.length / 2)).toEqual(bar.slice(0, bar.length / 2));
    expect(drawn.slice(drawn.length / 2)).not.toEqual(bar.slice(bar.length / 2));
  });

  it('draws variations of a picture that are closer to it if the strength is smaller', async () => {
    const distances: number[] = [];
    for (const strength of ['0.2', '0.9']) {
      const out = `${at(`changed-${strength}`)}/`;
      const { code, stdout, stderr } = await run(
        '--strength',
        strength,
        '--steps',
        '10',
        '--count',
        '2',
        '--out',
        out,
      );
      expect(code, stderr).toBe(0);
      expect(stdout).toContain('images   2 in ');
      const drawn = await pixels(`changed-${strength}/0001-seed-0.png`);
      distances.push(drawn.reduce((sum, level, i) => sum + Math.abs(level - (bar[i] ?? 0)), 0));
    }
    expect(distances[0]).toBeLessThan(0.7 * (distances[1] ?? 0));
  });

  it('changes one picture into every class in turn with --class all', async () => {
    const out = `${at('all')}/`;
    const { code, stderr } = await run('--class', 'all', '--steps', '1', '--strength', '1', '--out', out);
    expect(code, stderr).toBe(0);
    const { readdir } = await import('node:fs/promises');
    expect((await readdir(out)).sort()).toEqual(
      Array.from({ length: 10 }, (_, i) => `000${i}-seed-0-${i}.png`),
    );
  });

  it.each([
    [['--mask', 'dark.png'], 'is dark everywhere; expected light pixels where the picture is drawn again.'],
    [['--mask', 'empty.png'], 'empty.png: cannot be read: the file is empty; expected an image'],
    [['--mask', 'small.png'], 'has 14 x 7 pixels; expected 28 x 28, the size of the picture.'],
    [
      ['--mask', 'hole.png', '--mask', 'hole.png', '--count', '1'],
      'has 2 masks for 1 image; expected one mask, or one for each image.',
    ],
    [['--fit', 'seamless'], "argument 'seamless' is invalid. Allowed choices are cover, contain, stretch."],
    [['--strength', '0'], 'Expected a number above 0, at most 1.'],
    [['--strength', '2'], 'Expected a number above 0, at most 1.'],
    [
      ['--resample', '2'],
      '--resample: got no mask; expected --mask. Add --mask <file>, or leave --resample out.',
    ],
    [
      ['--sampler', 'ddim-inverse'],
      '--sampler ddim-inverse: turns pictures into noise; expected --from. Use --from <file>',
    ],
    [['--mask', 'hole.png', '--symmetry', 'mirror'], '--symmetry: would change pixels that --mask keeps'],
  ])('with %j is refused', async (flags, message) => {
    const { code, stderr } = await run(...flags.map((word) => (word.endsWith('.png') ? at(word) : word)));
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('pnpm interpolate and pnpm invert', () => {
  it('draw both pictures again, and report the same errors', async () => {
    const args = [at('bar.png'), at('hole.png'), '--provider', 'cpu', '--steps', '20', '--json'];
    const between = await isonoise([
      'interpolate',
      MNIST,
      ...args,
      '--count',
      '3',
      '--out',
      at('between.png'),
      '--gif',
      at('between.gif'),
    ]);
    expect(between.code, between.stderr).toBe(0);
    // The command takes 20 steps three times.
    expect(between.stderr).toContain('interpolate 60/60');
    const { images, errors } = JSON.parse(between.stdout) as { images: number; errors: number[] };
    expect(images).toBe(3);
    const noise = await isonoise(['invert', MNIST, ...args, '--out', at('noise.npy')]);
    expect(noise.code, noise.stderr).toBe(0);
    // Both commands invert the same pictures, so the errors are equal.
    expect((JSON.parse(noise.stdout) as { errors: number[] }).errors).toEqual(errors);
    // The bar looks like a digit, so 20 steps are enough for a small error.
    expect(errors[0]).toBeLessThan(0.2);
  });

  it('refuse an interpolation with only one picture', async () => {
    const { code, stderr } = await isonoise(['interpolate', MNIST, at('bar.png'), '--provider', 'cpu']);
    expect(code).toBe(2);
    expect(stderr).toContain('interpolate: got 1 picture; expected two.');
  });

  it('refuse a sheet that is too wide before the first image is drawn', async () => {
    const wide = await scene.addModel('wide', { channels: 1, height: 6, width: 70 });
    const pictures = [at('bar.png'), at('hole.png')];
    const args = ['--class', '0', '--steps', '2', '--count', '1000', '--provider', 'cpu'];
    const { code, stderr } = await isonoise(['interpolate', wide, ...pictures, ...args]);
    expect(code, stderr).toBe(2);
    expect(stderr).toContain(
      'contactSheet: 1000 images of 70 × 6 in 1000 columns at scale 1 make 72,002 × 10',
    );
    expect(stderr).not.toContain('interpolate 1/');
  });
});
