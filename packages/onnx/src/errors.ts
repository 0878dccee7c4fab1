import { type MakeLineError, makeLineError } from '@isonoise/error';

/** Codes of this package; docs/errors.md is generated from them. */
export const ERROR_CODES = {
  ONNX_BAD_VALUE: {
    meaning: 'A value does not fit the field or the type.',
    advice: 'Pass a value as described in the message.',
  },
  ONNX_NOT_A_MODEL: {
    meaning: 'The bytes are not an ONNX model.',
    advice: 'Check the path; get the file again.',
  },
  ONNX_TRUNCATED: {
    meaning: 'The bytes end inside a field.',
    advice: 'Get the file again.',
  },
  ONNX_MALFORMED: {
    meaning: 'The protobuf fields are invalid or do not follow the ONNX format.',
    advice: 'Get the file again.',
  },
  ONNX_LIMIT: {
    meaning: 'The model exceeds one of the limits that protect against damaged files.',
    advice: 'Raise the limit that the message names if you trust the file.',
  },
  ONNX_TOO_LARGE: {
    meaning: 'The model is larger than 2 GB, the limit of a protobuf message.',
    advice: 'Store the weights as external data, or in float16.',
  },
  ONNX_EXTERNAL_DATA: {
    meaning: 'The data of a tensor is in another file, which is missing, too short or outside the folder.',
    advice: 'Load the external data, or get its file again.',
  },
  ONNX_UNKNOWN_SIZE: {
    meaning: 'The operations cannot be counted, because the size of a value is unknown.',
    advice: 'List the values in valueInfos; trace has an option for this.',
  },
  ONNX_SHAPE: {
    meaning: 'An operator does not accept inputs of these shapes.',
    advice: 'Check the inputs of the node that the message names.',
  },
  ONNX_INVALID_MODEL: {
    meaning: 'The model violates the ONNX specification.',
    advice: 'Correct each violation that the message lists.',
  },
  ONNX_FLOAT16_RANGE: {
    meaning: 'A weight is out of the range of float16.',
    advice: 'Export in float32, or train with weight decay.',
  },
  ONNX_INT8_RANGE: {
    meaning: 'A weight that would be stored in eight bits is NaN or infinite.',
    advice: 'Export the last good checkpoint of the training.',
  },
  ONNX_FLOAT16_UNSUPPORTED: {
    meaning: 'An operator is not known to run in float16.',
    advice: 'Export in float32, or add the operator to the table of toFloat16.',
  },
};

export type OnnxErrorCode = keyof typeof ERROR_CODES;

export const onnxError: MakeLineError<'ONNX', typeof ERROR_CODES> = makeLineError;
