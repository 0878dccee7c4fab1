/** What a file or folder is: rows for people, JSON for programs. */
export interface Description {
  /** `bundle`, `run`, `checkpoint`, `safetensors`, `onnx`. */
  readonly kind: string;
  /** A label and a text, which may have several lines. */
  readonly rows: readonly (readonly [label: string, text: string])[];
  readonly json: Readonly<Record<string, unknown>>;
}
