import type { FolderFile } from '../files/dropped-files.ts';

/** A folder of images as it was dropped or picked. */
export interface PickedFolder {
  readonly name: string;
  /** Paths within it. */
  readonly files: readonly FolderFile[];
}

/** What a file picker gives: files, or those of a folder with their paths. */
export function filesWithPaths(files: readonly File[]): readonly FolderFile[] {
  return files.map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}

/** The one folder that all files lie in; else they are the images, and folders among them classes side by side. */
export function folderOf(files: readonly FolderFile[]): PickedFolder {
  const [root = ''] = /^[^/]+\//.exec(files[0]?.path ?? '') ?? [];
  if (root === '' || !files.every(({ path }) => path.startsWith(root))) return { name: 'images', files };
  return {
    name: root.slice(0, -1),
    files: files.map(({ path, file }) => ({ file, path: path.slice(root.length) })),
  };
}
