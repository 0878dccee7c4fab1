/**
 * File access of a bundle: a directory, a URL, files dropped on a page, or memory.
 * Paths are relative, with forward slashes and without `.` or `..`: `unet/model.onnx`.
 */
export interface BundleFiles {
  /**
   * Reads a file; rejects if it does not exist. The caller may keep and change the bytes.
   *
   * @param mostBytes maximum length of the file; checked if the length is known before reading
   */
  read(path: string, mostBytes?: number): Promise<Uint8Array>;
  /** Writes a file, creating parent folders and replacing an existing file. Absent if read-only. */
  write?(path: string, bytes: Uint8Array): Promise<void>;
  /** Lists the paths of all files, in any order. Absent if files cannot be listed. */
  list?(): Promise<readonly string[]>;
  /** Location as a user would name it, for error messages. */
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

/** @returns whether `path` is valid for {@link BundleFiles}; other paths could lead out of the folder */
export function isBundlePath(path: string): boolean {
  // Backslash and colon are separators on some systems; NUL terminates a path on all.
  if (path === '' || /[\\:\0]/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** Creates bundle files in memory: for tests, for dropped files, or to build a bundle before storing it. */
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
