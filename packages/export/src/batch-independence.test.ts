import { fillNormals, uniformIntegers } from '@isonoise/random';
import { contractOf, createSessionDenoiser, toSampleRequest } from '@isonoise/runtime';
import { type Condition, conditionRows, type Denoiser, sample, tagRows } from '@isonoise/sampler';
import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import {
  cpuSession,
  type SmallModel,
  smallAwjuliani,
  smallLucidrains,
  smallModel,
} from '../testdata/small-networks.ts';
import { namedWeights, type Precision, traceNetwork } from './network-model.ts';

const COUNT = 16;

async function denoiser(
  { network, theta, spec }: SmallModel,
  precision: Precision,
  threads: number,
): Promise<Denoiser> {
  const onnx = await traceNetwork(network, namedWeights(network, theta), spec, precision);
  return createSessionDenoiser(await cpuSession(onnx, threads), contractOf(spec), Tensor);
}

/** Makes 16 images, each with its own timestep, and its own class or tags. */
function inputs({ spec }: SmallModel) {
  const { channels, height, width } = spec.image;
  const size = channels * height * width;
  const x = new Float32Array(COUNT * size);
  fillNormals(x, { seed: 3, image: 0, step: 0, purpose: 'initialNoise' });
  const t = Float32Array.from(
    uniformIntegers(COUNT, 1000, { seed: 3, image: 0, step: 0, purpose: 'timesteps' }),
  );
  const tags = spec.tags?.names.length;
  const labels = spec.classes ? Int32Array.from(t, (value) => value % (spec.classes?.count ?? 1)) : undefined;
  // Images have up to four tags. The first image has none.
  const rows =
    tags === undefined
      ? undefined
      : tagRows(
          Array.from(t, (_, i) => Array.from({ length: i % 5 }, (_, k) => (i + k) % tags)),
          tags,
        );
  return { x, t, condition: rows ?? labels, size };
}

/** Computes the predictions for the given images in one batch. */
async function together(
  denoise: Denoiser,
  model: SmallModel,
  images: readonly number[],
): Promise<Float32Array[]> {
  const { x, t, condition, size } = inputs(model);
  const picked = images.flatMap((image) => [...x.subarray(image * size, (image + 1) * size)]);
  const answer = await denoise(
    Float32Array.from(picked),
    Float32Array.from(images, (image) => t[image] ?? 0),
    condition && pickRows(condition, images),
  );
  return images.map((_, i) => answer.slice(i * size, (i + 1) * size));
}

function pickRows(condition: Condition, images: readonly number[]): Condition {
  const values = images.flatMap((image) => [...conditionRows(condition, COUNT, image, image + 1)]);
  return condition instanceof Int32Array ? Int32Array.from(values) : Float32Array.from(values);
}

const all = Array.from({ length: COUNT }, (_, i) => i);

/** The image numbers in a fixed, shuffled order. */
const shuffled = all.map((i) => (i * 7 + 3) % COUNT);

const cases = [
  { what: 'float32, classes', precision: 'float32', model: smallModel({ classes: 3 }) },
  { what: 'float32, three channels', precision: 'float32', model: smallModel({ channels: 3, size: 12 }) },
  // 12 channels and 6 sines do not fill vector registers.
  { what: 'float32, odd sizes', precision: 'float32', model: smallModel({ size: 14, widths: [12, 20] }) },
  {
    what: 'float32, wide',
    precision: 'float32',
    model: smallModel({ size: 16, widths: [32, 64], classes: 10 }),
  },
  { what: 'float32, tags', precision: 'float32', model: smallModel({ tags: 7 }) },
  {
    what: 'float32, mish, scale and shift, residual resampling',
    precision: 'float32',
    model: smallModel({
      widths: [12, 20],
      fields: {
        act_fn: 'mish',
        resnet_time_scale_shift: 'scale_shift',
        down_block_types: ['ResnetDownsampleBlock2D', 'AttnDownBlock2D'],
        up_block_types: ['AttnUpBlock2D', 'ResnetUpsampleBlock2D'],
        attention_head_dim: 3,
      },
    }),
  },
  {
    what: 'float32, skip blocks, Fourier features',
    precision: 'float32',
    model: smallModel({
      channels: 3,
      widths: [12, 20],
      fields: {
        time_embedding_type: 'fourier',
        down_block_types: ['SkipDownBlock2D', 'SkipDownBlock2D'],
        up_block_types: ['SkipUpBlock2D', 'SkipUpBlock2D'],
      },
    }),
  },
  {
    what: 'float32, gelu, classes as learned timesteps',
    precision: 'float32',
    model: smallModel({
      classes: 3,
      fields: {
        act_fn: 'gelu',
        time_embedding_type: 'learned',
        num_train_timesteps: 1000,
        class_embed_type: 'timestep',
      },
    }),
  },
  { what: 'float32, AwjulianiUNet', precision: 'float32', model: smallAwjuliani() },
  { what: 'float32, LucidrainsUNet', precision: 'float32', model: smallLucidrains() },
  { what: 'float16, classes', precision: 'float16', model: smallModel({ classes: 3 }) },
] as const;

describe.each(cases)('an image ($what)', ({ precision, model }) => {
  it('has the same bits in batches of 1, 2, 3, 5, 8 and 16, in any order, on 1 and 2 threads', async () => {
    const expected = await together(await denoiser(model, precision, 1), model, all);
    for (const [threads, order] of [
      [1, all],
      [2, shuffled],
    ] as const) {
      const denoise = await denoiser(model, precision, threads);
      for (const size of [1, 2, 3, 5, 8, 16]) {
        const different: number[] = [];
        for (let first = 0; first < COUNT; first += size) {
          const images = order.slice(first, first + size);
          const got = await together(denoise, model, images);
          different.push(...images.filter((image, i) => !sameBits(got[i], expected[image])));
        }
        expect(different, `batches of ${size}, ${threads} threads`).toEqual([]);
      }
    }
  });
});

const sameBits = (a?: Float32Array, b?: Float32Array): boolean =>
  a !== undefined && b !== undefined && Buffer.from(a.buffer).equals(Buffer.from(b.buffer));

it('sample draws the same image in any batch', async () => {
  const model = smallModel({ classes: 3 });
  const draw = async (threads: number, images: readonly number[]): Promise<Float32Array> => {
    const request = { seed: 7, images, steps: 6, guidance: 2, class: images.map((image) => image % 3) };
    let last = new Float32Array(0);
    const denoise = await denoiser(model, 'float32', threads);
    for await (const { x } of sample(denoise, toSampleRequest(model.spec, request))) last = x.slice();
    return last;
  };
  const size = 64;
  const whole = await draw(2, [0, 1, 2, 3, 4]);
  for (const image of [0, 3, 4]) {
    expect(await draw(1, [image])).toEqual(whole.slice(image * size, (image + 1) * size));
  }
});
