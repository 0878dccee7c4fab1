import { rmSync } from 'node:fs';

/** Removes a folder when the process ends. @returns the folder */
export function removeAtExit(folder: string): string {
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
