import type { FolderFile } from '../files/dropped-files.ts';

/** A dropped or picked folder of images. */
export interface PickedFolder {
  readonly name: string;
  /** Files with their paths relative to the folder. */
  readonly files: readonly FolderFile[];
}

/** Adds paths to the files of a file or folder picker. */
export function filesWithPaths(files: readonly File[]): readonly FolderFile[] {
  return files.map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}

/** Returns the common folder of all files; without one, a folder named `images` that holds them all. */
export function folderOf(files: readonly FolderFile[]): PickedFolder {
  const [root = ''] = /^[^/]+\//.exec(files[0]?.path ?? '') ?? [];
  if (root === '' || !files.every(({ path }) => path.startsWith(root))) return { name: 'images', files };
  return {
    name: root.slice(0, -1),
    files: files.map(({ path, file }) => ({ file, path: path.slice(root.length) })),
  };
}
