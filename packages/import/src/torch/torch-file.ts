import { importError } from '../errors.ts';
import type { SourceFile } from '../source.ts';
import type { Storage, TorchValue } from './torch-world.ts';

/** Content of a checkpoint. */
export interface TorchFile {
  /** The saved value, with a view for each tensor. */
  readonly value: TorchValue;
  readonly readStorage: ReadStorage;
}

/** Reads the bytes of a storage. */
export type ReadStorage = (storage: Storage) => Promise<Uint8Array>;

/** Maximum size of a pickle, in bytes. A pickle contains only names and shapes. */
export const MAX_PICKLE_BYTES: number = 2 ** 26;

/** Returns the error `IMPORT_FILE` of a damaged checkpoint. */
export function damagedCheckpoint(file: SourceFile, problem: string): Error {
  return importError(
    'IMPORT_FILE',
    `import: ${file.description} is damaged: ${problem}; expected a complete checkpoint of PyTorch. Get it again.`,
  );
}
