/** A tensor of a weights file. It is read when it is needed. */
export interface StoredTensor {
  readonly shape: readonly number[];
  /** Element type, in the names of safetensors. */
  readonly dtype: string;
  /**
   * Reads the values as float32, row-major.
   * @throws `IMPORT_FILE` the file is damaged; `IMPORT_WEIGHTS` the element type is not a float type
   */
  read(): Promise<Float32Array>;
}

/** One of the sets of tensors of a weights file. A checkpoint may have several, such as those of a model and its average. */
export interface TensorGroup {
  /** Where it is in the file: the keys that lead to it, joined by dots; empty for the whole file. */
  readonly path: string;
  /** Tensors by name, in the order of the file. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}
