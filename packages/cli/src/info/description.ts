/** A description of a file or folder, as rows of text and as JSON. */
export interface Description {
  /** One of `bundle`, `run`, `checkpoint`, `safetensors`, `onnx` and `picture`. */
  readonly kind: string;
  readonly rows: readonly Row[];
  readonly json: Readonly<Record<string, unknown>>;
}

/**
 * A label with a text, or with the lines of a longer text. Control characters are escaped when a row is
 * printed.
 */
export type Row = readonly [label: string, text: string | readonly string[]];
