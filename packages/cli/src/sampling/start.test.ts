import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { decodeNpy, encodeGif, encodeNpy, encodePng, type Picture, readPngText } from '@isonoise/picture';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Scene } from '../../../../tests/support/served.ts';
import { isonoise } from '../../testdata/isonoise-command.ts';

const MNIST = path.resolve(import.meta.dirname, '../../../../models/mnist');
const SIDE = 28;
const scene = new Scene();
let folder = '';
const at = (name: string): string => path.join(folder, name);
const npy = async (name: string): Promise<Float32Array> =>
  decodeNpy(new Uint8Array(await readFile(at(name)))).data;

beforeAll(async () => {
  await scene.build();
  folder = scene.folder;
  const drawn = ['--class', '3', '--count', '1', '--seed', '4', '--sampler', 'ddim', '--steps', '20'];
  await sample(...drawn, '--out', at('sheet.png'), '--npy', at('digit.npy'));
  const bytes = Uint8Array.from(await npy('digit.npy'), (value) => Math.round((value + 1) * 127.5));
  await writeFile(at('digit.png'), encodePng({ width: SIDE, height: SIDE, channels: 1, data: bytes }));
});
afterAll(() => scene.remove());

const run = (...args: readonly string[]) => isonoise(['sample', MNIST, '--provider', 'cpu', ...args]);

async function sample(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...args);
  expect(code, stderr).toBe(0);
  return stdout + stderr;
}

const rms = (a: Float32Array, b: Float32Array): number =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - (b[i] ?? Number.NaN)) ** 2, 0) / a.length);

describe('pnpm sample --from', () => {
  it.each([
    ['ddim-inverse', 'ddim', 0.07],
    ['dpmpp-2m-inverse', 'dpmpp-2m', 0.04],
  ] as const)(
    'inverts a picture with %s, and redraws the picture with %s',
    async (inverse, back, tolerance) => {
      const settings = ['--class', '3', '--steps', '50'];
      const report = await sample(
        '--sampler',
        inverse,
        '--from',
        at('digit.png'),
        ...settings,
        '--out',
        at('noise.png'),
      );
      // Without --npy, the noise is written to a file beside the sheet, because a picture cannot store noise.
      expect(report).toContain(`1 in ${at('noise.png')}, ${at('noise.npy')}`);
      const command = `--sampler ${back} --from ${at('noise.npy')} --steps 50 --class 3`;
      expect(report).toContain(command);
      const { shape, data } = decodeNpy(new Uint8Array(await readFile(at('noise.npy'))));
      expect(shape).toEqual([1, 1, SIDE, SIDE]);
      expect(rms(data, await npy('digit.npy'))).toBeGreaterThan(0.5);
      await sample(...command.split(' '), '--out', at('back.png'), '--npy', at('back.npy'));
      // The tolerance covers the error of 50 steps and the rounding of the picture, at most half a grey level.
      expect(rms(await npy('back.npy'), await npy('digit.npy'))).toBeLessThan(tolerance);
    },
  );

  it.each([
    ['the default steps of the inversion', ['--class', '3'], [], '--steps 50 --class 3'],
    [
      'guidance and settings',
      ['--steps', '4', '--sigmas', 'karras', '--class-index', '3', '--guidance', '2'],
      ['--guidance-low', '0.5', '--solver-type', 'heun', '--no-lower-order-final'],
      '--steps 4 --sigmas karras --solver-type heun --no-lower-order-final --class-index 3 --guidance 2 --guidance-low 0.5\n',
    ],
    ['steps without a class', ['--steps', '3'], [], '--steps 3\n'],
  ])('prints a command that redraws the picture and repeats %s', async (_what, first, more, settings) => {
    const inversion = ['--sampler', 'dpmpp-2m-inverse', '--from', at('digit.png'), ...first, ...more];
    const report = await sample(...inversion, '--out', at('inverse.png'));
    expect(report).toContain(`--sampler dpmpp-2m --from ${at('inverse.npy')} ${settings}`);
  });

  it('starts from the images of several arrays and pictures, in the order of the files', async () => {
    await writeFile(at('two.npy'), encodeNpy(new Float32Array(2 * SIDE * SIDE).fill(-1), [2, 1, SIDE, SIDE]));
    const files = ['--from', at('two.npy'), '--from', at('digit.png')];
    const report = await sample(
      '--sampler',
      'ddim-inverse',
      ...files,
      '--steps',
      '2',
      '--out',
      at('three.png'),
    );
    expect(report).toContain('3 in ');
    const three = await npy('three.npy');
    expect(three.slice(0, SIDE * SIDE)).toEqual(three.slice(SIDE * SIDE, 2 * SIDE * SIDE));
    expect(three.slice(2 * SIDE * SIDE)).not.toEqual(three.slice(0, SIDE * SIDE));
  });

  it('reports that a picture of a different size was scaled and cropped', async () => {
    const data = new Uint8Array(40 * 30);
    await writeFile(at('wide.png'), encodePng({ width: 40, height: 30, channels: 1, data }));
    const report = await sample(
      '--sampler',
      'ddim-inverse',
      '--from',
      at('wide.png'),
      '--steps',
      '2',
      '--out',
      at('w.png'),
    );
    expect(report).toContain(`${at('wide.png')} has 40 x 30 pixels and was scaled and cropped to 28 x 28`);
  });

  it('warns if a picture is a sheet, but not if it is a single image or was cut from a sheet', async () => {
    const drawn = ['--count', '1', '--steps', '1', '--scale', '2', '--out', `${at('single')}/`];
    await sample(...drawn);
    const [single = ''] = (await readdir(at('single'))).map((name) => at(`single/${name}`));
    const edit = (init: string) =>
      sample('--init', init, '--count', '1', '--steps', '2', '--out', at('edited.png'));
    expect(await edit(at('sheet.png'))).toContain(
      `${at('sheet.png')} is a sheet of 1 image that isonoise drew, and was read as a single picture, with its borders; to get a file for each image, draw it with --out <folder>/`,
    );
    const report = await edit(single);
    expect(report).toContain(`${single} has 56 x 56 pixels and was scaled to 28 x 28`);
    expect(report).not.toContain('sheet');

    // Programs such as ImageMagick keep the request in the pictures that they cut out or scale.
    await sample('--count', '4', '--steps', '1', '--out', at('four.png'));
    const request = readPngText(await readFile(at('four.png')), 'isonoise', 1e6) ?? '';
    const cut = { width: 56, height: 56, channels: 1, data: new Uint8Array(56 ** 2) } as const;
    await writeFile(at('cut.png'), encodePng(cut, { text: { isonoise: request } }));
    expect(await edit(at('four.png'))).toContain(`${at('four.png')} is a sheet of 4 images`);
    const cutReport = await edit(at('cut.png'));
    expect(cutReport).toContain('cut.png has 56 x 56 pixels and was scaled to 28 x 28');
    expect(cutReport).not.toContain('sheet');
  });

  it('reports that only the first frame of an animation was read', async () => {
    const frame = (grey: number): Picture => ({
      width: SIDE,
      height: SIDE,
      channels: 1,
      data: new Uint8Array(SIDE ** 2).fill(grey),
    });
    await writeFile(at('moving.gif'), encodeGif([frame(0), frame(90), frame(255)]));
    const flags = ['--sampler', 'ddim-inverse', '--steps', '2', '--from', at('moving.gif')];
    const report = await sample(...flags, '--out', at('still.png'));
    expect(report).toContain(`${at('moving.gif')} has 3 frames; only the first frame was read`);
  });

  it.each<[string, readonly string[]]>([
    ['an input picture that is also the file of --out', ['digit.png', 'digit.png']],
    ['an input array that is also the noise file beside --out', ['digit.npy', 'digit.png']],
  ])('does not replace %s, even with --overwrite', async (_what, [from = '', out = '']) => {
    const before = await readFile(at(from));
    const flags = ['--sampler', 'ddim-inverse', '--steps', '2', '--from', at(from), '--out', at(out)];
    const { code, stderr } = await run(...flags, '--overwrite');
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`would replace ${at(from)}, which is an input`),
    ]);
    expect(await readFile(at(from))).toEqual(before);
  });

  it('can stop and resume an inversion, with the same noise as without the interruption', async () => {
    const begin = ['--sampler', 'ddim-inverse', '--from', at('digit.png'), '--class', '3', '--steps', '6'];
    await sample(...begin, '--out', at('whole.png'));
    await sample(...begin, '--out', at('half.png'), '--stop-after', '3', '--save-state', at('half.json'));
    const report = await sample('--resume-state', at('half.json'), '--out', at('resumed.png'));
    expect(await npy('resumed.npy')).toEqual(await npy('whole.npy'));
    // A resumed run has no flag for its spacing, so the command lists the timesteps.
    expect(report).toContain(`--steps 6 --spacing 999,832,666,499,332,166 --class-index 3\n`);
  });

  it.each<[string, () => readonly string[], string | RegExp]>([
    [
      'an inversion without images',
      () => ['--sampler', 'ddim-inverse'],
      '--sampler ddim-inverse: starts from images; expected --from. Add --from with a picture',
    ],
    [
      'a picture for a sampler that starts from noise',
      () => ['--from', at('digit.png'), '--sampler', 'ddim'],
      'digit.png: is a picture, but the sampler ddim starts from noise; expected a .npy file',
    ],
    [
      '--count together with --from',
      () => ['--from', at('digit.png'), '--sampler', 'ddim-inverse', '--count', '1'],
      '--count 1: the files of --from determine the number of images',
    ],
    [
      '--resume-state together with --from',
      () => ['--from', at('digit.png'), '--resume-state', at('half.json')],
      'Leave out --from',
    ],
    ['a file that does not exist', () => ['--from', at('none.npy')], 'none.npy: cannot be read'],
    [
      'a picture that does not exist',
      () => ['--from', at('none.png'), '--sampler', 'ddim-inverse'],
      'none.png: cannot be read (ENOENT',
    ],
    ['a file without a name', () => ['--from', ''], "option '--from <file>' argument '' is invalid"],
    [
      'images of the wrong shape',
      () => ['--from', at('small.npy')],
      'small.npy: has the shape [1, 1, 2, 2]; expected [count, 1, 28, 28]',
    ],
    [
      'noise for an inversion',
      () => ['--from', at('noise.npy'), '--sampler', 'ddim-inverse'],
      /noise\.npy: value \d+ is -?\d\.\d+; expected finite values in \[-1, 1\], because sampler "ddim-inverse" starts from images\./,
    ],
    [
      'infinite noise',
      () => ['--from', at('infinite.npy'), '--sampler', 'ddim'],
      'infinite.npy: value 0 is Infinity; expected finite values in [-100, 100].',
    ],
  ])('refuses %s', async (_what, args, message) => {
    await writeFile(at('small.npy'), encodeNpy(new Float32Array(4), [1, 1, 2, 2]));
    await writeFile(
      at('infinite.npy'),
      encodeNpy(new Float32Array(SIDE * SIDE).fill(Infinity), [1, 1, SIDE, SIDE]),
    );
    const { code, stderr } = await run('--out', at('x.png'), ...args());
    expect(code).not.toBe(0);
    expect(stderr).toMatch(message);
  });
});
