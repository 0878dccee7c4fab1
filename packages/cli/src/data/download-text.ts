import type { Downloaded } from '@isonoise/data/node';
import { plural } from '../terminal/format.ts';

/**
 * Returns one line about the result of a download. @param isConverted whether the files were converted from a
 * package
 */
export function downloadText({ folder, downloaded, present }: Downloaded, isConverted: boolean): string {
  const files = `${plural(downloaded.length, 'file')} ${isConverted ? 'written' : 'downloaded'}`;
  return `${folder}: ${files}, ${present.length} already present; every SHA-256 matches`;
}
