import { withLocation } from '@isonoise/error';
import type { SourceFile } from './source.ts';

/** File name at the beginning of errors about schedules. */
const OTHER_NAME = 'scheduler_config.json';

/** Calls `read`; an error about the content of a file begins with the location of the file. */
export function inFile<T>({ description }: Pick<SourceFile, 'description'>, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw withLocation(cause, `import: ${description}`, [description, OTHER_NAME]);
  }
}
