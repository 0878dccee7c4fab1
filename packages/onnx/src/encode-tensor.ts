import { dataTypes } from './data-type.ts';
import { joinEntries } from './entries.ts';
import { onnxError } from './errors.ts';
import type { TensorData } from './model.ts';
import { EXTERNAL, type TensorMessage, toInt64 } from './proto.ts';

/**
 * Makes a TensorProto without its raw bytes. `tensorMessage` adds the bytes, or `encodeModel` writes them separately.
 * @throws ONNX_BAD_VALUE if the elements are stored in two places, or a dimension is not an int64
 */
export function tensorHeader(tensor: TensorData): TensorMessage {
  const { name, dataType, dims, raw, strings, external, rest } = tensor;
  const stores = [
    ...(raw.length > 0 ? ['raw'] : []),
    ...(strings === undefined ? [] : ['strings']),
    ...(external === undefined ? [] : ['external']),
  ];
  if (
    stores.length > 1 ||
    (raw.length > 0 && dataType === 'string') ||
    (strings !== undefined && dataType !== 'string')
  ) {
    throw onnxError(
      'ONNX_BAD_VALUE',
      `encodeModel: tensor '${name}' of type '${dataType}' has elements in ${stores.join(' and ')}; expected ` +
        `either ${dataType === 'string' ? 'strings' : 'raw'} or external. Remove the others.`,
    );
  }
  return {
    dims: dims.map((dim) => toInt64(dim, `encodeModel: a dimension of tensor '${name}'`)),
    dataType: dataTypes[dataType].code,
    name,
    ...(strings === undefined ? {} : { stringData: [...strings] }),
    ...(external === undefined ? {} : { externalData: joinEntries(external), dataLocation: EXTERNAL }),
    ...(rest === undefined ? {} : { $unknowns: [rest] }),
  };
}

/** Whether the elements of the tensor are written as `raw_data`, even if the tensor is empty. */
export function hasRawData(tensor: TensorData): boolean {
  return tensor.dataType !== 'string' && tensor.external === undefined;
}

/** Makes a complete TensorProto. */
export function tensorMessage(tensor: TensorData): TensorMessage {
  const header = tensorHeader(tensor);
  return hasRawData(tensor) ? { ...header, rawData: tensor.raw } : header;
}
