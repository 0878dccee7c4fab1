import { type BundleFiles, type SafeTensor, toSchedulerConfig, writeBundle } from '@isonoise/bundle';

/** Writes a valid bundle that cannot draw, because its ONNX graph contains only a version. */
export async function writeSmallestBundle(
  files: BundleFiles,
  weights?: readonly SafeTensor[],
): Promise<void> {
  await writeBundle(files, {
    spec: {
      name: 'digits',
      image: { channels: 1, height: 8, width: 8 },
      dataRange: [-1, 1],
      scheduler: toSchedulerConfig({ kind: 'linear' }, { prediction_type: 'epsilon' }),
      classes: null,
    },
    networkConfig: { _class_name: 'UNet2DModel', sample_size: 8, in_channels: 1 },
    onnx: Uint8Array.of(8, 8),
    ...(weights === undefined ? {} : { weights }),
    readme: '# digits\n',
  });
}
