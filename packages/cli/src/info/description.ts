/** What a file or folder is: rows for people, JSON for programs. */
export interface Description {
  /** `bundle`, `run`, `checkpoint`, `safetensors`, `onnx`. */
  readonly kind: string;
  readonly rows: readonly Row[];
  readonly json: Readonly<Record<string, unknown>>;
}

/** A label and a text, or its lines. What is printed has no control characters in it, whatever the file held. */
export type Row = readonly [label: string, text: string | readonly string[]];
