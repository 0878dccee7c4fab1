/** A file out of a folder, dropped or picked. */
export interface FolderFile {
  /** Where it lay, with `/`, from the folder on. */
  readonly path: string;
  readonly file: File;
}

/** Folders within folders: a tree that links into itself ends here. */
const MAX_DEPTH = 32;

/**
 * The files of a drop, those of folders included; a path begins with the name of what was dropped. Must be called while
 * the event is handled: afterwards the browser forgets its items.
 *
 * @throws RangeError folders more than 32 deep; as the browser, where a file cannot be read
 */
export async function droppedFiles({ items }: DataTransfer): Promise<readonly FolderFile[]> {
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  return (await Promise.all(entries.map((entry) => filesOf(entry, '', 0)))).flat();
}

async function filesOf(
  entry: FileSystemEntry,
  parent: string,
  depth: number,
): Promise<readonly FolderFile[]> {
  const path = parent + entry.name;
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ path, file }];
  }
  if (!isDirectory(entry)) return [];
  if (depth === MAX_DEPTH)
    throw new RangeError(`${path}: more than ${MAX_DEPTH} folders deep; drop the folder with the files.`);
  const inside = await entriesOf(entry);
  return (await Promise.all(inside.map((each) => filesOf(each, `${path}/`, depth + 1)))).flat();
}

/** A reader gives some entries at a time, and none at the end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return found;
    found.push(...some);
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
