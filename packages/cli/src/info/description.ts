/** The description of a file or folder, as rows of text and as JSON. */
export interface Description {
  /** `bundle`, `run`, `checkpoint`, `safetensors`, `onnx`, `picture`. */
  readonly kind: string;
  readonly rows: readonly Row[];
  readonly json: Readonly<Record<string, unknown>>;
}

/** A label and a text or its lines. Control characters are escaped when it is printed. */
export type Row = readonly [label: string, text: string | readonly string[]];
