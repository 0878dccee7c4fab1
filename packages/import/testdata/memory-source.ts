import type { SourceFile, SourceFolder } from '../src/source.ts';

/** Returns a file whose bytes are in memory. */
export function memoryFile(bytes: Uint8Array, description: string): SourceFile {
  return { size: bytes.length, read: async (start, end) => bytes.slice(start, end), description };
}

/** Returns a folder whose files are in memory. */
export function memoryFolder(files: Readonly<Record<string, Uint8Array>>, description: string): SourceFolder {
  return {
    description,
    list: async () => Object.keys(files),
    open: async (path) => memoryFile(files[path] as Uint8Array, `${description}/${path}`),
  };
}
