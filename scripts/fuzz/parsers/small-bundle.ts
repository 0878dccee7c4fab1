import { memoryFiles, writeBundle } from '@isonoise/bundle';
import { convDenoiser, convSpec } from '../../../packages/runtime-node/testdata/conv-denoiser.ts';

/** Bundle metadata of the network. Its images have one channel, because a PNG cannot have two. */
const spec = { ...convSpec, image: { channels: 1, height: 6, width: 5 } };

/** The ONNX file of a small real network. */
export const smallOnnx: Uint8Array = convDenoiser({ spec, width: 4, depth: 1 });

/** Returns the files of a bundle of a small network, by path. */
export async function smallBundle(): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = memoryFiles();
  await writeBundle(files, {
    spec,
    networkConfig: { _class_name: 'UNet2DModel', sample_size: [6, 5], in_channels: 1, num_class_embeds: 3 },
    onnx: smallOnnx,
    weights: [{ name: 'conv_in.weight', dtype: 'F32', shape: [2, 3], data: new Float32Array(6).fill(0.5) }],
    readme: '# conv\n\nA small network.\n',
    golden: {
      seed: '7',
      sampler: 'ddim',
      steps: 10,
      settings: { eta: 0 },
      class: 1,
      guidance: 2,
      prediction: { t: 50, values: [0.1, -1.5], tolerance: 1e-5 },
      image: { values: [0.25], tolerance: 1e-4 },
      pngSha256: null,
    },
  });
  const paths = await files.list();
  return new Map(
    await Promise.all(
      paths.map(async (path): Promise<[string, Uint8Array]> => [path, await files.read(path)]),
    ),
  );
}
