/** What went wrong, as a stable word for programs. */
export type OnnxErrorCode =
  /** A value cannot be stored in the field it was given for. */
  | 'ONNX_BAD_VALUE'
  /** The bytes are no ONNX model. */
  | 'ONNX_NOT_A_MODEL'
  /** The bytes end inside a field. */
  | 'ONNX_TRUNCATED'
  /** The bytes are protobuf, but not as onnx.proto wants them. */
  | 'ONNX_MALFORMED'
  /** Over one of `DecodeLimits`. */
  | 'ONNX_LIMIT'
  /** Over the 2 GB that one protobuf message can hold. */
  | 'ONNX_TOO_LARGE'
  /** The data of a tensor is in another file, or that file is too short. */
  | 'ONNX_EXTERNAL_DATA'
  /** `countFlops` needs the size of a value that the graph does not state. */
  | 'ONNX_UNKNOWN_SIZE'
  /** `checkModel` found violations. */
  | 'ONNX_INVALID_MODEL'
  /** A weight that float16 cannot hold. */
  | 'ONNX_FLOAT16_RANGE'
  /** An operator of which `toFloat16` does not know in which precision it may run. */
  | 'ONNX_FLOAT16_UNSUPPORTED';

/** Thrown by every function of this package; `code` is stable, the message says what to do. */
export class OnnxError extends Error {
  override readonly name = 'OnnxError';
  readonly code: OnnxErrorCode;

  constructor(code: OnnxErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
