import { IsonoiseError, isIsonoiseError } from '@isonoise/error';
import type { SourceFile } from './source.ts';

/** Name of a file with which errors about schedules begin. */
const OTHER_NAME = /^scheduler_config\.json: /;

/** Calls `read`; an error about the content of a file gets the location of the file, unless it names it already. */
export function inFile<T>({ description }: Pick<SourceFile, 'description'>, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!isIsonoiseError(cause) || cause.message.includes(description)) throw cause;
    throw new IsonoiseError(cause.code, `import: ${description}: ${cause.message.replace(OTHER_NAME, '')}`, {
      cause,
    });
  }
}
