import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JsonObject, toSchedulerConfig, toSingleFile, writeBundle } from '@isonoise/bundle';
import { nodeFiles } from '@isonoise/runtime-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { convDenoiser, convSpec } from '../../../runtime-node/testdata/conv-denoiser.ts';
import { finishOf } from './finish-images.ts';

const LOOK = { palette: ['#000000ff', '#ffffffff'], asymmetry: 0 };

let root = '';
const at = (name: string): string => join(root, name);

/** Writes a model with the given record of its training, as a folder and as a single file. */
async function writeModel(name: string, training: JsonObject): Promise<void> {
  const spec = {
    ...convSpec,
    image: { channels: 1, height: 6, width: 5 },
    scheduler: toSchedulerConfig({ kind: 'linear' }),
  };
  const onnx = convDenoiser({ spec, width: 8, depth: 1 });
  const networkConfig = { sample_size: [6, 5], in_channels: 1, num_class_embeds: 3 };
  const manifest = await writeBundle(nodeFiles(at(name)), { spec, networkConfig, onnx, training });
  await writeFile(at(`${name}-file.onnx`), toSingleFile({ manifest, onnx }));
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-finish-'));
  await writeModel('plain', {});
  // A folder can have any name, even one that ends with .onnx.
  await writeModel('sprites.onnx', { look: LOOK });
});
afterAll(() => rm(root, { recursive: true, force: true }));

it.each(['sprites.onnx', 'sprites.onnx-file.onnx'])(
  'finishOf reads the recorded palette from %s',
  async (name) => {
    const palette = [
      [0, 0, 0, 255],
      [255, 255, 255, 255],
    ];
    expect(await finishOf(at(name), { palette: 'auto' })).toEqual({ mirror: false, palette });
  },
);

it('finishOf requests only the changes that the options select', async () => {
  expect(await finishOf(at('plain'), {})).toEqual({ mirror: false, palette: null });
  expect(await finishOf(at('plain'), { symmetry: 'mirror' })).toEqual({ mirror: true, palette: null });
});

it.each([
  ['plain', {}, 'it has no record of its training; expected a palette file. Pass a file with --palette'],
  ['old', { steps: 100 }, 'an earlier version of isonoise trained or exported it'],
  ['known', { dataset: 'mnist' }, 'it was trained on mnist, whose colours are not recorded'],
  ['imported', { imported: 'ddpm' }, 'it was imported, so its training images are unknown'],
  ['earlier', { look: { palette: null, asymmetry: 0 } }, 'its training images have more than 256 colours'],
  [
    'many',
    { look: { palette: null, colours: 1234, asymmetry: 0 } },
    'its training images have 1,234 colours',
  ],
  [
    'photos',
    { look: { palette: null, colours: 65_536, asymmetry: 0 } },
    'its training images have at least 65,536 colours, and a palette has at most 256; expected a palette file.',
  ],
])(
  'finishOf gives the reason why the model "%s" has no palette, for its folder and for its single file',
  async (name, training, reason) => {
    await writeModel(name, training);
    for (const each of [name, `${name}-file.onnx`])
      await expect(finishOf(at(each), { palette: 'auto' })).rejects.toThrow(
        expect.objectContaining({
          code: 'CLI_USAGE',
          message: expect.stringContaining(`${at(each)} does not record a palette, because ${reason}`),
        }),
      );
  },
);

it('finishOf recommends the folder of the model if only the file of its network was passed', async () => {
  const refusal = (source: string): Promise<unknown> =>
    finishOf(at(source), { palette: 'auto' }).catch((error: unknown) => String(error));
  const advice = 'Pass a file with --palette, or use the folder of the model if it has one.';
  expect(await refusal('sprites.onnx/unet/model.onnx')).toContain(
    `because it has no record of its training; expected a palette file. ${advice}`,
  );
  expect(await refusal('plain')).toMatch(/Pass a file with --palette\.$/);
});
