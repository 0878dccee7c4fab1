import { rmSync } from 'node:fs';

/** @returns the folder, which is removed when the process ends */
export function removedAtExit(folder: string): string {
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
