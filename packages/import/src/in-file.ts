import { withLocation } from '@isonoise/error';
import type { SourceFile } from './source.ts';

/** File name with which errors about a schedule begin, although another file may contain the schedule. */
const OTHER_NAME = 'scheduler_config.json';

/**
 * Calls `read` and returns its result. If it throws an isonoise error, the message of the error then begins with
 * `import:` and the description of the file.
 */
export function inFile<T>({ description }: Pick<SourceFile, 'description'>, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw withLocation(cause, `import: ${description}`, [description, OTHER_NAME]);
  }
}
