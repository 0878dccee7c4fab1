import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { decodeNpy, decodePng, encodeNpy, encodePng } from '@isonoise/picture';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Scene } from '../../../../tests/support/served.ts';
import { isonoise } from '../../testdata/isonoise-command.ts';

const MNIST = path.resolve(import.meta.dirname, '../../../../models/mnist');
const SIDE = 28;
const scene = new Scene();
const at = (name: string): string => path.join(scene.folder, name);
const bar = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (Math.abs((i % SIDE) - 14) < 2 ? 240 : 0));

beforeAll(async () => {
  await scene.build();
  await writeFile(at('bar.png'), encodePng({ width: SIDE, height: SIDE, channels: 1, data: bar }));
  const small = Uint8Array.from({ length: 14 * 14 }, () => 255);
  await writeFile(at('small.png'), encodePng({ width: 14, height: 14, channels: 1, data: small }));
  const half = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (i % SIDE < 14 ? 255 : 0));
  await writeFile(at('left-half.png'), encodePng({ width: SIDE, height: SIDE, channels: 1, data: half }));
  await writeFile(at('two.npy'), encodeNpy(new Float32Array(2 * SIDE * SIDE), [2, 1, SIDE, SIDE]));
});
afterAll(() => scene.remove());

const run = (...args: readonly string[]) =>
  isonoise([
    'sample',
    MNIST,
    '--provider',
    'cpu',
    ...args.map((word) => (/\.(png|npy|json)$/.test(word) ? at(word) : word)),
  ]);

async function drawn(...args: readonly string[]): Promise<ReturnType<typeof decodeNpy>> {
  const { code, stderr } = await run(...args, '--steps', '2', '--out', 'x.png', '--npy', 'x.npy');
  expect(code, stderr).toBe(0);
  return decodeNpy(await readFile(at('x.npy')));
}

describe('pnpm sample', () => {
  it('draws larger pictures, and repeats them from the request in the PNG and from a saved state', async () => {
    const larger = ['--canvas', '40x30', '--stride', '14', '--class', '3', '--count', '2'];
    const whole = await drawn(...larger);
    expect(whole.shape).toEqual([2, 1, 30, 40]);
    const again = await run('--like', 'x.png', '--out', 'again.png', '--npy', 'again.npy');
    expect(again.code, again.stderr).toBe(0);
    expect(decodeNpy(await readFile(at('again.npy'))).data).toEqual(whole.data);
    const half = ['--steps', '2', '--stop-after', '1', '--save-state', 'half.json', '--out', 'x.png'];
    const stopped = await run(...larger, ...half);
    expect(stopped.code, stopped.stderr).toBe(0);
    const rest = await run('--resume-state', 'half.json', '--out', 'rest.png', '--npy', 'rest.npy');
    expect(rest.code, rest.stderr).toBe(0);
    expect(rest.stdout).toContain('class    class 3 "3" (by name)');
    expect(decodeNpy(await readFile(at('rest.npy'))).data).toEqual(whole.data);
  });

  it("draws a tile as large as the model's images if only --tile is given", async () => {
    const tile = await drawn('--tile', '--count', '1');
    expect(tile.shape).toEqual([1, 1, SIDE, SIDE]);
    expect(tile.data).not.toEqual((await drawn('--count', '1')).data);
  });

  it('continues a picture beyond its borders, and keeps the pixels of the picture', async () => {
    const out = `${at('outpainted')}/`;
    const wide = ['--init', 'bar.png', '--outpaint', 'right=12, left=4,top=-8,bottom=8', '--count', '2'];
    const { code, stderr } = await run(...wide, '--steps', '2', '--out', out);
    expect(code, stderr).toBe(0);
    const size = { width: SIDE + 16, height: SIDE };
    const { data } = decodePng(await readFile(`${out}0001-seed-0.png`), size);
    for (let y = 8; y < SIDE; y++)
      expect(data.slice((y - 8) * size.width + 4, (y - 8) * size.width + 4 + SIDE)).toEqual(
        bar.slice(y * SIDE, (y + 1) * SIDE),
      );
    expect(data.slice(20 * size.width).some((level) => level !== data[20 * size.width])).toBe(true);
    const like = ['--like', '0001.png', '--init', 'bar.png', '--outpaint', 'left=4,right=12,top=-8,bottom=8'];
    await writeFile(at('0001.png'), await readFile(`${out}0001-seed-0.png`));
    const again = await run(...like, '--out', `${at('again')}/`);
    expect(again.code, again.stderr).toBe(0);
    expect(decodePng(await readFile(`${at('again')}/0001-seed-0.png`), size).data).toEqual(data);
  });

  it('places a small picture in the middle of a canvas', async () => {
    const all = 'left=7,right=7,top=7,bottom=7';
    const { data } = await drawn('--init', 'small.png', '--canvas', '28x28', '--outpaint', all);
    for (let y = 7; y < 21; y++)
      expect(data.slice(y * SIDE + 7, y * SIDE + 21)).toEqual(new Float32Array(14).fill(1));
  });

  it('redraws both the masked pixels and the pixels beyond the borders', async () => {
    const edit = ['--init', 'bar.png', '--mask', 'left-half.png', '--outpaint', 'left=4,right=12'];
    const { data, shape } = await drawn(...edit, '--count', '2', '--seed', '3');
    expect(shape).toEqual([2, 1, SIDE, SIDE + 16]);
    const rows = Array.from({ length: 2 * SIDE }, (_, y) => [...data.slice(y * 44, (y + 1) * 44)]);
    const [left, kept, right] = [
      rows.map((row) => row.slice(0, 18)),
      rows.map((row) => row.slice(18, 32)),
      rows.map((row) => row.slice(32)),
    ];
    const half = Array.from({ length: 2 * SIDE }, (_, y) => [
      ...bar.slice((y % SIDE) * SIDE + 14, ((y % SIDE) + 1) * SIDE),
    ]);
    expect(kept).toEqual(half.map((row) => row.map((level) => Math.fround(level / 127.5 - 1))));
    // Without --strength, the redrawn pixels start from noise, so they differ between the images.
    for (const part of [left, right]) expect(part.slice(0, SIDE)).not.toEqual(part.slice(SIDE));
    const again = await run('--like', 'x.png', ...edit, '--out', 'again.png', '--npy', 'again.npy');
    expect(again.code, again.stderr).toBe(0);
    expect(decodeNpy(await readFile(at('again.npy'))).data).toEqual(data);
    const other = ['--init', 'bar.png', '--mask', 'left-half.png', '--outpaint', 'left=12,right=4'];
    const refused = await run('--like', 'x.png', ...other, '--out', 'again.png');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('SHA-256')]);
  });

  it('can stop and resume an edit with a canvas and a mask twice, and replaces the saved state', async () => {
    const edit = ['--init', 'bar.png', '--mask', 'left-half.png', '--outpaint', 'left=4,right=12'];
    const settings = [
      '--count',
      '2',
      '--stride',
      '7',
      '--resample',
      '2',
      '--strength',
      '0.8',
      '--steps',
      '5',
    ];
    const out = ['--out', 'x.png', '--npy', 'x.npy'];
    const whole = await run(...edit, ...settings, ...out);
    expect(whole.code, whole.stderr).toBe(0);
    const images = decodeNpy(await readFile(at('x.npy')));
    expect(images.shape).toEqual([2, 1, SIDE, SIDE + 16]);
    const stop = ['--stop-after', '1', '--save-state', 'edit.json', '--out', 'y.png'];
    for (const args of [
      [...edit, ...settings],
      ['--resume-state', 'edit.json'],
    ]) {
      const stopped = await run(...args, ...stop);
      expect(stopped.code, stopped.stderr).toBe(0);
      expect(stopped.stderr).toContain('stopped after step');
    }
    const rest = await run('--resume-state', 'edit.json', '--out', 'y.png', '--npy', 'y.npy');
    expect(rest.code, rest.stderr).toBe(0);
    expect(decodeNpy(await readFile(at('y.npy')))).toEqual(images);
  });

  it('accepts a mask as large as its own picture, even if other pictures have a different size', async () => {
    const { code, stderr } = await run(
      ...['--init', 'two.npy', '--init', 'small.png'],
      ...['--mask', 'bar.png', '--mask', 'bar.png', '--mask', 'small.png', '--steps', '1', '--out', 'x.png'],
    );
    expect(code, stderr).toBe(0);
  });

  it.each([
    [
      ['--canvas', '20x40'],
      "the canvas has the width 20; expected at least 28, that of the network's images.",
    ],
    [['--canvas', '40x'], 'Expected width and height such as 96x64, or one number for a square'],
    [['--canvas', '99999x40'], 'from 1 to 65536 pixels'],
    [['--canvas', '3000x3000'], 'windows; expected at most 4096. Use a smaller canvas or a larger stride.'],
    [['--canvas', '40x40', '--stride', '29'], 'stride is 29; expected a whole number from 1 to 28'],
    [
      ['--stride', '9'],
      '--stride: the picture is drawn in one piece; expected --canvas, --tile or --outpaint.',
    ],
    [['--outpaint', 'left=8'], '--outpaint: got no picture; expected --init.'],
    [
      ['--init', 'bar.png', '--outpaint', 'west=8'],
      'Expected a number of pixels for one or more of left, right, top, bottom',
    ],
    [['--init', 'bar.png', '--outpaint', 'left=8,left=9'], 'each at most once, such as left=8,right=8'],
    [['--init', 'bar.png', '--outpaint', 'left=-2'], 'the margins add no pixels'],
    [
      ['--init', 'bar.png', '--outpaint', 'left=8,right=-9'],
      'the canvas has the width 27; expected at least 28',
    ],
    [
      ['--init', 'bar.png', '--canvas', '40x40', '--outpaint', 'left=40'],
      '--outpaint left=40: leaves no room for the picture on 40 x 40 pixels; expected at least 1 x 1.',
    ],
    [
      ['--init', 'bar.png', '--outpaint', 'left=8', '--mask', 'small.png'],
      'small.png: has 14 x 14 pixels; expected 28 x 28, the size of the picture.',
    ],
    [
      ['--init', 'bar.png', '--canvas', '40x40', '--mask', 'small.png'],
      'expected 28 x 28, the size of the picture, or 40 x 40, the size that the picture is scaled to.',
    ],
    [
      ['--init', 'bar.png', '--outpaint', 'left=8', '--symmetry', 'mirror'],
      '--symmetry: would change pixels',
    ],
  ])('refuses %j', async (flags, message) => {
    const { code, stderr } = await run(...flags, '--steps', '1', '--out', 'x.png');
    expect(code, stderr).toBe(2);
    expect(stderr).toContain(message);
  });
});
