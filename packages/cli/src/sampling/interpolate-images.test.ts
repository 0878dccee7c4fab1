import { decodeNpy, decodePng, readPngText } from '@isonoise/picture';
import { decodeImageRecord, IMAGE_RECORD } from '@isonoise/runtime';
import { describe, expect, it } from 'vitest';
import { isonoise } from '../../testdata/isonoise-command.ts';
import { at, contentOf, keepTwoBars, MNIST, ran, run, SIDE } from '../../testdata/two-bars.ts';

keepTwoBars();

const read = async (name: string): Promise<ReturnType<typeof decodeNpy>> => decodeNpy(await contentOf(name));

const recordOf = async (name: string) =>
  decodeImageRecord(readPngText(await contentOf(name), IMAGE_RECORD.keyword, IMAGE_RECORD.most), name);

async function pixelsOf(name: string, size: { width: number; height: number }): Promise<Uint8Array> {
  return decodePng(await contentOf(name), size).data;
}

describe('pnpm interpolate', () => {
  it('begins and ends with images of pnpm sample if it interpolates between seeds and classes', async () => {
    const settings = ['--steps', '2', '--sampler', 'dpmpp-2m'];
    const out = await ran(
      'interpolate',
      '--seeds',
      '3,7',
      '--classes',
      '3,8',
      '--count',
      '3',
      '--out',
      'x.png',
      ...settings,
    );
    expect(out).toContain('images   3 in ');
    expect(out).toContain('sampler  dpmpp-2m, 2 steps, guidance 1.5');
    const whole = await contentOf('x.png');
    const [width, height] = [whole.readUInt32BE(16), whole.readUInt32BE(20)];
    const sheet = await pixelsOf('x.png', { width, height });
    const gap = (height - SIDE) / 2;
    const cell = (k: number): readonly number[] =>
      Array.from({ length: SIDE }, (_, y) => {
        const from = (gap + y) * width + gap + k * (SIDE + gap);
        return [...sheet.slice(from, from + SIDE)];
      }).flat();
    for (const [k, seed, label] of [
      [0, '3', '3'],
      [2, '7', '8'],
    ] as const) {
      const folder = `${at(`end-${k}`)}/`;
      await ran('sample', '--seed', seed, '--class', label, '--count', '1', '--out', folder, ...settings);
      const end = await pixelsOf(`end-${k}/0000-seed-${seed}-${label}.png`, {
        width: SIDE,
        height: SIDE,
      });
      expect(cell(k)).toEqual([...end]);
    }
  });

  it('can be stopped and resumed both between classes and between pictures', async () => {
    for (const args of [
      ['--classes', '3,8', '--steps', '4', '--sampler', 'ddpm'],
      ['a.png', 'b.png', '--steps', '2'],
    ]) {
      const first = ['--count', '3', ...args];
      await ran('interpolate', ...first, '--out', 'whole.png', '--gif', 'whole.gif');
      const stopped = await run(
        'interpolate',
        ...first,
        '--stop-after',
        '3',
        '--save-state',
        'half.json',
        '--out',
        'y.png',
      );
      expect(stopped.code, stopped.stderr).toBe(0);
      expect(stopped.stderr).toContain(`Resume it with: pnpm interpolate ${MNIST} --resume-state`);
      await ran('interpolate', '--resume-state', 'half.json', '--out', 'rest.png', '--gif', 'rest.gif');
      expect(await contentOf('rest.png')).toEqual(await contentOf('whole.png'));
      expect(await contentOf('rest.gif')).toEqual(await contentOf('whole.gif'));
    }
  });

  it('writes its request into the sheet, with the hashes of the pictures or with settings that pnpm sample can repeat', async () => {
    const request = ['--class', '3', '--steps', '2', '--count', '3'];
    const out = await ran('interpolate', 'a.png', 'b.png', ...request, '--out', 'pictures.png');
    const inverse = 'inverse  dpmpp-2m-inverse, 2 steps: turned both pictures into noise\n';
    expect(out).toContain(inverse);
    const { given, plan } = await recordOf('pictures.png');
    // An edit of the same picture records the same hash.
    await ran('sample', '--init', 'b.png', '--count', '1', '--steps', '2', '--out', 'edit.png');
    const edited = await recordOf('edit.png');
    expect(given).toEqual({
      kind: 'between',
      images: [expect.stringMatching(/^[0-9a-f]{64}$/), edited.given?.images[0]],
      sampler: 'dpmpp-2m-inverse',
      shares: [0, 0.5, 1],
    });
    expect([plan.sampler, plan.steps.length, plan.classLabels]).toEqual(['dpmpp-2m', 2, [3, 3, 3]]);
    const { stdout, code } = await isonoise(['info', at('pictures.png')]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('pnpm interpolate <model>')]);
    expect(stdout).toMatch(/^inverse +dpmpp-2m-inverse: turned both pictures into noise$/m);
    const like = await run('sample', '--like', 'pictures.png', '--out', 'z.png');
    expect([like.code, like.stderr]).toEqual([
      expect.any(Number),
      expect.stringContaining('does not contain the two pictures'),
    ]);
    expect(like.code).not.toBe(0);

    await ran('interpolate', '--classes', '3,8', '--count', '3', '--steps', '2', '--out', 'classes.png');
    await ran('sample', '--like', 'classes.png', '--columns', '3', '--scale', '1', '--out', 'like.png');
    expect(await contentOf('like.png')).toEqual(await contentOf('classes.png'));

    const bare = ['--no-metadata', '--json', '--out', 'bare.png'];
    const report: unknown = JSON.parse(await ran('interpolate', 'a.png', 'b.png', ...request, ...bare));
    expect(report).toMatchObject({ images: 3, sampler: 'dpmpp-2m', inverse: 'dpmpp-2m-inverse', steps: 2 });
    const between: unknown = JSON.parse(
      await ran('interpolate', '--seeds', '3,7', '--steps', '2', '--overwrite', ...bare),
    );
    expect(between).not.toHaveProperty('inverse');
    expect(readPngText(await contentOf('bare.png'), IMAGE_RECORD.keyword, IMAGE_RECORD.most)).toBeUndefined();
  });

  it('begins and ends with pictures of pnpm sample if they are larger than images of the model', async () => {
    const settings = [
      '--canvas',
      '32x28',
      '--stride',
      '28',
      '--steps',
      '2',
      '--sampler',
      'dpmpp-2m',
      '--seed',
      '5',
    ];
    const classes = ['--classes', '3,8', '--count', '3'];
    await ran('interpolate', ...settings, ...classes, '--out', 'larger.png', '--npy', 'larger.npy');
    const { data, shape } = await read('larger.npy');
    expect(shape).toEqual([3, 1, 28, 32]);
    for (const [k, label] of [
      [0, '3'],
      [2, '8'],
    ] as const) {
      await ran(
        'sample',
        ...settings,
        '--class',
        label,
        '--count',
        '1',
        '--out',
        'one.png',
        '--npy',
        'one.npy',
      );
      expect((await read('one.npy')).data).toEqual(data.slice(k * 896, (k + 1) * 896));
    }
  });

  it('can be stopped twice and resumed with larger pictures, and replaces the saved state', async () => {
    const all = [
      'a.png',
      'b.png',
      '--canvas',
      '32x28',
      '--stride',
      '28',
      '--tile',
      '--steps',
      '2',
      '--count',
      '3',
    ];
    await ran('interpolate', ...all, '--out', 'whole.png', '--npy', 'whole.npy');
    const whole = await read('whole.npy');
    expect(whole.shape).toEqual([3, 1, 28, 32]);
    const state = ['--save-state', 'between.json', '--stop-after', '1', '--out', 'y.png'];
    for (const args of [all, ['--resume-state', 'between.json']]) {
      const stopped = await run('interpolate', ...args, ...state);
      expect([stopped.code, stopped.stderr]).toEqual([0, expect.stringContaining('stopped after step')]);
    }
    await ran('interpolate', '--resume-state', 'between.json', '--out', 'rest.png', '--npy', 'rest.npy');
    expect(await read('rest.npy')).toEqual(whole);
  });

  it('writes the images of a saved run that has already finished', async () => {
    const settings = ['--count', '2', '--steps', '2', '--seed', '4', '--columns', '2', '--scale', '1'];
    await ran('sample', ...settings, '--out', 'done.png', '--save-state', 'done.json', '--no-metadata');
    expect(
      await ran('interpolate', '--resume-state', 'done.json', '--no-metadata', '--out', 'again.png'),
    ).toContain('2 in ');
    expect(await contentOf('again.png')).toEqual(await contentOf('done.png'));
  });

  it('refuses pictures whose saved state would be too large before the first step', async () => {
    const { code, stderr } = await run(
      'interpolate',
      ...['a.png', 'b.png', '--canvas', '1790x1790', '--stride', '28'],
      ...['--save-state', 'large.json', '--steps', '2', '--out', 'z.png'],
    );
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('saved inversion: the pictures and their noise have'),
    ]);
    expect(stderr).not.toContain('left');
  });

  it.each([
    [
      [],
      'got nothing to interpolate between; expected two pictures, --seeds 3,7, --classes 3,8 or --tags "cat; sun".',
    ],
    [['--seeds', '3'], 'Expected two seeds, separated by a comma, like 3,7.'],
    [['--seeds', '3,-1'], 'Expected a whole number from 0 to 18446744073709551615.'],
    [['--seeds', '3,3'], 'interpolate: the ends are equal; expected different seeds, classes or tags.'],
    [['--seeds', '3,7', '--count', '1'], 'Expected a whole number, from 2 to 1000.'],
    [['--seeds', '3,7', '--sampler', 'ddpm'], 'sampler is "ddpm", which adds noise in its steps'],
    [['--seeds', '3,7', '--seed', '1'], '--seed and --seeds: expected only one of them. Leave one out.'],
    [['--classes', '3'], '--classes: has 1 value; expected two, separated by a comma.'],
    [['--classes', '3,99'], 'class is "99", which is not a name; expected a class of mnist'],
    [['--classes', '3,8', '--class', '1'], '--class and --classes: expected only one of them.'],
    [['--tags', 'cat; sun'], 'mnist was trained without tags'],
    [['a.png', 'b.png', '--seeds', '3,7'], '--seeds: not possible between pictures'],
    [['a.png', 'b.png', '--sampler', 'ddim'], 'sampler is "ddim"; expected a sampler that inverts'],
    [
      ['--seeds', '3,7', '--stop-after', '1'],
      '--stop-after: got no file for the state; expected --save-state.',
    ],
    [
      ['a.png', '--resume-state', 'half.json'],
      'a.png too; expected only the saved state, which determines what is drawn. Leave out',
    ],
    [['--seeds', '3,7', '--resume-state', 'half.json'], 'Leave out --seeds.'],
    [['--resume-state', 'none.json'], 'none.json: cannot be read'],
    [
      ['--seeds', '3,7', '--stride', '7'],
      '--stride: the picture is drawn in one piece; expected --canvas or --tile.',
    ],
    [['--seeds', '3,7', '--canvas', '20x40'], 'the canvas has the width 20; expected at least 28'],
    [['a.png', 'b.png', '--canvas', '20x40'], 'the canvas has the width 20; expected at least 28'],
    [['--canvas', '40x40', '--resume-state', 'half.json'], 'Leave out --canvas.'],
    [['--seeds', '3,7', '--npy', 'x.png'], 'the extension is .png, but the file is a NPY; expected .npy.'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await run('interpolate', ...args, '--out', 'z.png');
    expect(code, stderr).toBe(2);
    expect(stderr).toContain(message);
  });
});

it('pnpm interpolate refuses a file that is not a state', async () => {
  const { code, stderr } = await run('interpolate', '--resume-state', 'a.png', '--out', 'z.png');
  expect([code, stderr]).toEqual([1, expect.stringContaining('a.png: the text is not JSON')]);
});
