/**
 * Access to the files of a bundle in a folder, at a URL, in memory, or dropped on a page. Paths are relative, such as
 * `unet/model.onnx`. They have forward slashes, and neither `.` nor `..`.
 */
export interface BundleFiles {
  /**
   * Reads a file, or rejects if it does not exist. The caller may keep and change the bytes.
   *
   * @param mostBytes maximum length of the file; it is checked if the length is known before reading
   */
  read(path: string, mostBytes?: number): Promise<Uint8Array>;
  /** Writes a file. Creates parent folders, and replaces an existing file. Absent if the files are read-only. */
  write?(path: string, bytes: Uint8Array): Promise<void>;
  /** Lists the paths of all files, in any order. Absent if files cannot be listed. */
  list?(): Promise<readonly string[]>;
  /** Name of the location, for error messages. */
  readonly description?: string;
}

/** Paths of the files of a bundle: the files that `diffusers` reads, and the files of isonoise. */
export const BUNDLE_PATHS: {
  readonly manifest: 'isonoise.json';
  readonly modelIndex: 'model_index.json';
  readonly scheduler: 'scheduler/scheduler_config.json';
  readonly networkConfig: 'unet/config.json';
  readonly onnx: 'unet/model.onnx';
  readonly weights: 'unet/diffusion_pytorch_model.safetensors';
  readonly readme: 'README.md';
  readonly samples: 'samples.png';
  readonly gitattributes: '.gitattributes';
} = {
  manifest: 'isonoise.json',
  modelIndex: 'model_index.json',
  scheduler: 'scheduler/scheduler_config.json',
  networkConfig: 'unet/config.json',
  onnx: 'unet/model.onnx',
  weights: 'unet/diffusion_pytorch_model.safetensors',
  readme: 'README.md',
  samples: 'samples.png',
  gitattributes: '.gitattributes',
};

/** Returns whether `path` is valid for {@link BundleFiles}. Other paths could lead out of the folder. */
export function isBundlePath(path: string): boolean {
  // Backslash and colon are separators on some systems. NUL terminates a path on all systems.
  if (path === '' || /[\\:\0]/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** Creates bundle files in memory, for tests, for dropped files, or for a bundle that is stored later. */
export function memoryFiles(entries: Iterable<readonly [string, Uint8Array]> = []): Required<BundleFiles> {
  const files = new Map(entries);
  return {
    description: 'memory',
    read: async (path) => {
      const bytes = files.get(path);
      if (bytes === undefined) throw new Error(`no file ${path}`);
      return bytes.slice();
    },
    write: async (path, bytes) => {
      files.set(path, bytes.slice());
    },
    list: async () => [...files.keys()],
  };
}
