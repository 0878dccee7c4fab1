/** A file of a dropped or picked folder. */
export interface FolderFile {
  /** Relative path, with `/` as separator. */
  readonly path: string;
  readonly file: File;
}

/** The part of a `DataTransferItem` that is read. */
type DroppedItem = Pick<DataTransferItem, 'webkitGetAsEntry' | 'getAsFile'>;

/** Maximum depth of folders. This limit ends the search if a folder links to itself. */
const MAX_DEPTH = 32;

/**
 * Lists the files of a drop, including those in folders. Each path begins with the name of the dropped item.
 * Must be called while the event is handled, because the browser clears the items afterwards. Items without an entry, such
 * as a picture that is dragged from another page, are read as files.
 *
 * @throws RangeError if folders are nested more than 32 deep; the browser's error if a file cannot be read
 */
export async function droppedFiles({
  items,
}: {
  readonly items: Iterable<DroppedItem>;
}): Promise<readonly FolderFile[]> {
  const found = [...items].map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const files = found.map(async (each) => {
    if (each === null) return [];
    return each instanceof File ? [{ path: each.name, file: each }] : filesOf(each, '', 0);
  });
  return (await Promise.all(files)).flat();
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
    throw new RangeError(
      `drop: ${path} lies more than ${MAX_DEPTH} folders deep; expected at most ${MAX_DEPTH}. Drop the folder that holds the files.`,
    );
  const inside = await entriesOf(entry);
  return (await Promise.all(inside.map((each) => filesOf(each, `${path}/`, depth + 1)))).flat();
}

/**
 * Reads all entries of a folder. A directory reader returns them in batches; an empty batch marks the end.
 */
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
