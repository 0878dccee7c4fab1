import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { outputChannels, readOnnxFile, writeBundle } from '@isonoise/bundle';
import { isOnnxFile, nodeFiles, readRegularFile } from '@isonoise/runtime-node';

/** Class name for networks of which only the ONNX graph is known. */
const GRAPH_CLASS = 'OnnxGraph';

/** Folders of models. Some of them may have been unpacked from single files. */
export interface Unpacked {
  readonly bundles: readonly string[];
  /** Removes the unpacked folders. */
  dispose(): Promise<void>;
}

/**
 * Unpacks single files into bundles in a temporary folder, because the server reads folders. Each bundle is
 * named after its file.
 *
 * @param paths folders and `.onnx` files; folders are returned unchanged
 * @throws errors of `readOnnxFile`
 */
export async function unpackFiles(paths: readonly string[]): Promise<Unpacked> {
  const areFiles = await Promise.all(paths.map(isOnnxFile));
  // Create a folder only for files, because the place for temporary folders may be read-only.
  if (!areFiles.includes(true)) return { bundles: paths, dispose: async () => {} };
  const root = await mkdtemp(join(tmpdir(), 'isonoise-serve-'));
  const dispose = (): Promise<void> => rm(root, { recursive: true, force: true });
  try {
    const bundles: string[] = [];
    for (const [i, path] of paths.entries())
      bundles.push(areFiles[i] === true ? await unpacked(path, join(root, String(i))) : path);
    return { bundles, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function unpacked(path: string, parent: string): Promise<string> {
  const { spec, golden, training, onnx } = await readOnnxFile(await readRegularFile(path), undefined, path);
  const folder = join(parent, basename(path, '.onnx'));
  await mkdir(folder, { recursive: true });
  // A single file does not contain the configuration of the layers, which sampling does not need. diffusers
  // does not know this class, so it refuses the folder instead of building a network from defaults.
  const { channels, height, width } = spec.image;
  const networkConfig = {
    _class_name: GRAPH_CLASS,
    sample_size: [height, width],
    in_channels: channels,
    out_channels: outputChannels(spec),
    num_class_embeds: spec.classes?.count ?? null,
    ...(spec.tags !== undefined && { num_tags: spec.tags.names.length }),
  };
  await writeBundle(nodeFiles(folder), { spec, networkConfig, onnx, golden, training });
  return folder;
}
