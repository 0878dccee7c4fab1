/**
 * Where a bundle lives: a directory, a URL, files dropped on a page, or memory.
 * Paths are relative, with forward slashes and without `.` or `..`: `unet/model.onnx`.
 */
export interface BundleFiles {
  /**
   * Rejects where there is no such file; the caller may keep and change the bytes.
   * @param mostBytes a place that knows the length before it reads refuses a longer file
   */
  read(path: string, mostBytes?: number): Promise<Uint8Array>;
  /** Creates the folders on the way, replaces a file of this name. Absent where the place is read-only. */
  write?(path: string, bytes: Uint8Array): Promise<void>;
  /** Every file's path, in any order. Absent where the place cannot say. */
  list?(): Promise<readonly string[]>;
  /** The place as a user would name it, for error messages. */
  readonly description?: string;
}

/** The files of a bundle: what `diffusers` reads, and our manifest beside it. */
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

/** @returns whether `path` is one that {@link BundleFiles} speaks of; anything else could leave the folder */
export function isBundlePath(path: string): boolean {
  // Backslash and colon are separators on some systems; NUL ends a path on all.
  if (path === '' || /[\\:\0]/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** A bundle in memory: for tests, for files dropped on a page, or to build one before it is stored. */
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
