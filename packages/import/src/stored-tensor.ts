import { importError } from './errors.ts';
import type { SourceFile } from './source.ts';

/** A tensor in a weights file, read on demand. */
export interface StoredTensor {
  readonly shape: readonly number[];
  /** Element type, in the names of safetensors. */
  readonly dtype: string;
  /**
   * Reads the values as float32, row-major.
   * @throws `IMPORT_FILE` if the file is damaged; `IMPORT_WEIGHTS` if the element type is not a float type
   */
  read(): Promise<Float32Array>;
}

/**
 * A set of tensors in a weights file. A checkpoint may have several sets, such as the weights of a model and their
 * average.
 */
export interface TensorGroup {
  /** Location in the file: the keys that lead to the set, joined by dots; empty for the whole file. */
  readonly path: string;
  /** Tensors by name, in the order of the file. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/**
 * Adds a tensor of a shard to the tensors of its model.
 *
 * @throws `IMPORT_FILE` if a different shard has a tensor with this name
 */
export function addShardTensor(
  tensors: Map<string, StoredTensor>,
  name: string,
  tensor: StoredTensor,
  file: SourceFile,
): void {
  if (tensors.has(name)) {
    throw importError(
      'IMPORT_FILE',
      `import: ${file.description} has the tensor ${JSON.stringify(name)}, which another shard also has; expected ` +
        'each tensor once. Get the files again.',
    );
  }
  tensors.set(name, tensor);
}
