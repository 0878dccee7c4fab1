import { BUNDLE_PATHS, type BundleFiles, type ModelSpec } from '@isonoise/bundle';
import { compareRecorded, type Recorded } from '@isonoise/import';
import { contractOf, createSessionDenoiser } from '@isonoise/runtime';
import { importOnnxRuntime } from '@isonoise/runtime-node';
import { createNodeSession } from '../node-session.ts';

/**
 * Runs the written graph on inputs that Python recorded, and compares the outputs.
 *
 * @param files files of the bundle
 * @param drift largest difference that a reduced precision causes; 0 for float32
 * @throws `IMPORT_DIFFERS` if the outputs differ too much
 */
export async function checkRecorded(
  files: BundleFiles,
  spec: ModelSpec,
  recorded: Recorded,
  drift: number,
): Promise<ReturnType<typeof compareRecorded>> {
  const session = await createNodeSession({ provider: 'cpu', threads: null })(
    await files.read(BUNDLE_PATHS.onnx),
  );
  try {
    const { Tensor } = await importOnnxRuntime();
    const denoise = createSessionDenoiser(session, contractOf(spec), Tensor);
    const got = await denoise(recorded.sample, recorded.timestep, recorded.classLabels);
    return compareRecorded(got, recorded, drift);
  } finally {
    await session.release();
  }
}
