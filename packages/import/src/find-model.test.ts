import { describe, expect, it } from 'vitest';
import { memoryFolder } from '../testdata/memory-source.ts';
import { findModel } from './find-model.ts';

const json = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const none = new Uint8Array();
const find = (files: Record<string, Uint8Array>) => findModel(memoryFolder(files, 'it'));
const index = json({
  _class_name: 'DDPMPipeline',
  scheduler: ['diffusers', 'DDPMScheduler'],
  unet: ['diffusers', 'UNet2DModel'],
});

describe('findModel', () => {
  it('finds the parts of a pipeline', async () => {
    const files = await find({
      'model_index.json': index,
      'unet/config.json': none,
      'unet/diffusion_pytorch_model.bin': none,
      'unet/diffusion_pytorch_model.safetensors': none,
      'unet/recorded.safetensors': none,
      'scheduler/scheduler_config.json': none,
    });
    expect(files.config.description).toBe('it/unet/config.json');
    expect(files.weights.map(({ description }) => description)).toEqual([
      'it/unet/diffusion_pytorch_model.safetensors',
    ]);
    expect(files.scheduler?.description).toBe('it/scheduler/scheduler_config.json');
    expect(files.recorded?.description).toBe('it/unet/recorded.safetensors');
  });

  it('finds the flat layout, and accepts a different file name with a note', async () => {
    const files = await find({ 'config.json': none, 'model.fp16.safetensors': none, 'model.bin': none });
    expect(files.weights[0]?.description).toBe('it/model.fp16.safetensors');
    expect(files).toMatchObject({
      scheduler: null,
      recorded: null,
      notes: ['took the weights of model.fp16.safetensors'],
    });
  });

  it('opens the shards of an index, and reports a missing shard', async () => {
    const files = {
      'config.json': none,
      'diffusion_pytorch_model.safetensors.index.json': json({
        weight_map: { a: 'x-1', b: 'x-2', c: 'x-1' },
      }),
      'x-1': none,
    };
    const found = await find({ ...files, 'x-2': none });
    expect(found.weights.map(({ description }) => description)).toEqual(['it/x-1', 'it/x-2']);
    await expect(find(files)).rejects.toMatchObject({
      code: 'IMPORT_FILE',
      message: expect.stringContaining(
        'lists the shard "x-2"; expected the name of a file in the same folder',
      ),
    });
    const outside = json({ weight_map: { a: '../secret' } });
    await expect(
      find({ 'config.json': none, 'diffusion_pytorch_model.safetensors.index.json': outside }),
    ).rejects.toThrow('lists the shard "../secret"');
  });

  it('refuses a pipeline with an autoencoder', async () => {
    const latent = json({
      _class_name: 'LDMPipeline',
      vqvae: ['diffusers', 'VQModel'],
      safety: [null, null],
    });
    await expect(find({ 'model_index.json': latent, 'unet/config.json': none })).rejects.toMatchObject({
      code: 'IMPORT_UNKNOWN_MODEL',
      message: expect.stringContaining('"LDMPipeline" has the part "vqvae" (["diffusers","VQModel"])'),
    });
    const unnamed = json({ vae: ['diffusers', 'AutoencoderKL'] });
    await expect(find({ 'model_index.json': unnamed, 'unet/config.json': none })).rejects.toThrow(
      'the pipeline has the part "vae"',
    );
  });

  it('reads the class of the scheduler, which a pipeline may lack', async () => {
    const files = { 'unet/config.json': none, 'unet/diffusion_pytorch_model.bin': none };
    const named = async (parts: object) =>
      (await find({ ...files, 'model_index.json': json(parts) })).schedulerClass;
    expect(await named({ scheduler: ['diffusers', 'DDIMScheduler'] })).toBe('DDIMScheduler');
    expect(await named({ scheduler: [null, null] })).toBeUndefined();
    expect(await named({})).toBeUndefined();
  });

  it.each([
    ['a function of Python', { unet: ['os', 'system'] }, 'unet is ["os","system"]'],
    ['another library', { unet: ['mine', 'UNet2DModel'] }, 'unet is ["mine","UNet2DModel"]'],
    ['another network', { unet: ['diffusers', 'PatchedUNet2D'] }, 'expected ["diffusers", "UNet2DModel"]'],
    [
      'a name of Object.prototype',
      { unet: ['diffusers', 'constructor'] },
      'unet is ["diffusers","constructor"]',
    ],
    [
      'no network',
      { unet: [null, null] },
      'unet is [null,null]; expected the names of a library and of a class',
    ],
    ['one name', { unet: 'UNet2DModel' }, 'unet is "UNet2DModel"; expected the names'],
    [
      'a scheduler of three names',
      { scheduler: ['a', 'b', 'c'] },
      'scheduler is ["a","b","c"]; expected the names',
    ],
    ['a scheduler that is an object', { scheduler: { a: 1 } }, 'scheduler is {"a":1}; expected the names'],
    ['a part with the name __proto__', JSON.parse('{"__proto__": ["os", "system"]}'), 'the part "__proto__"'],
    [
      'many names',
      { vae: new Array(300_000).fill('diffusers') },
      'expected a pipeline of a U-Net and a scheduler',
    ],
  ])('refuses a model_index.json with %s', async (_title, parts: object, message) => {
    const files = { 'unet/config.json': none, 'unet/diffusion_pytorch_model.bin': none };
    const refused = find({ ...files, 'model_index.json': json(parts) });
    await expect(refused).rejects.toMatchObject({
      code: expect.stringMatching(/^IMPORT_(FILE|UNKNOWN_MODEL)$/),
      message: expect.stringMatching(/^import: it\/model_index\.json: .+; expected .+\. .+\.$/),
    });
    await expect(refused).rejects.toThrow(message);
  });

  it('refuses a folder without weights, and a folder with several weights files', async () => {
    await expect(find({ 'config.json': none })).rejects.toThrow('it has no weights; expected');
    await expect(find({ 'config.json': none, 'a.bin': none, 'b.bin': none })).rejects.toThrow(
      'it has a.bin, b.bin; expected',
    );
  });
});
