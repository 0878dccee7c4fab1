import type { FolderFile } from './image-files.ts';

/** A folder as it was dropped or picked. */
export interface PickedFolder {
  readonly name: string;
  readonly files: readonly FolderFile[];
}

/** Folders within folders: a tree that links into itself ends here. */
const MAX_DEPTH = 32;

/** What `<input type="file" webkitdirectory>` or several picked files are. */
export function folderOf(files: readonly File[]): PickedFolder {
  const paths = files.map((file) => file.webkitRelativePath || file.name);
  const [first = ''] = paths;
  const root = first.includes('/') ? first.slice(0, first.indexOf('/') + 1) : '';
  return {
    name: root === '' ? 'images' : root.slice(0, -1),
    files: files.map((file, i) => ({ file, path: (paths[i] ?? '').slice(root.length) })),
  };
}

/** What was dropped: a folder, or several files and folders, which are then classes side by side. */
export async function droppedFolder(items: DataTransferItemList): Promise<PickedFolder> {
  // All entries at once: the list is empty after the first wait.
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined && isDirectory(only)) {
    return { name: only.name, files: (await Promise.all(await contents(only, '', 0))).flat() };
  }
  const files = await Promise.all(entries.map((entry) => filesOf(entry, '', 0)));
  return { name: 'images', files: files.flat() };
}

async function filesOf(entry: FileSystemEntry, path: string, depth: number): Promise<readonly FolderFile[]> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ path: path + entry.name, file }];
  }
  if (!isDirectory(entry)) return [];
  return (await Promise.all(await contents(entry, `${path}${entry.name}/`, depth + 1))).flat();
}

async function contents(
  folder: FileSystemDirectoryEntry,
  path: string,
  depth: number,
): Promise<Promise<readonly FolderFile[]>[]> {
  if (depth > MAX_DEPTH)
    throw new RangeError(`${path}: more than ${MAX_DEPTH} folders deep; drop the folder of the images.`);
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  // A reader gives some entries at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) break;
    found.push(...some);
  }
  return found.map((entry) => filesOf(entry, path, depth));
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
