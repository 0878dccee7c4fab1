import { dataTypeOf, dataTypes } from './data-type.ts';
import { splitEntries } from './entries.ts';
import { onnxError } from './errors.ts';
import type { TensorData } from './model.ts';
import { optional } from './optional.ts';
import { EXTERNAL, fromInt64, type Int64, restOf, stated, type TensorMessage } from './proto.ts';
import { typedFieldBytes } from './tensor-bytes.ts';

const typedFields = [...new Set(Object.values(dataTypes).map(({ field }) => field))];

/**
 * Decodes a TensorProto to `TensorData`. Elements in a typed field become raw bytes.
 * @returns undefined for an unknown element type, so that the caller keeps the message as bytes
 * @throws ONNX_MALFORMED if elements are stored twice, or in the field of a different type
 */
export function decodeTensor(message: TensorMessage): TensorData | undefined {
  const dataType = dataTypeOf(message.dataType ?? 0);
  if (dataType === undefined) return undefined;
  const name = message.name ?? '';

  const external = stated(message, 'dataLocation') === EXTERNAL;
  const entries = external ? splitEntries(message.externalData ?? []) : undefined;
  const raw = stated(message, 'rawData');
  const filled = typedFields.filter((field) => message[field]?.length);
  const { field } = dataTypes[dataType];
  const stores = [...filled, ...(raw?.length ? ['rawData'] : []), ...(external ? ['externalData'] : [])];
  const wrong =
    filled.find((each) => each !== field) ?? (dataType === 'string' && raw?.length ? 'rawData' : undefined);
  if (stores.length > 1 || wrong !== undefined) {
    throw onnxError(
      'ONNX_MALFORMED',
      `decodeModel: tensor '${name}' of type '${dataType}' has elements in ${stores.join(' and ')}; ` +
        `expected one of rawData, ${field}, externalData. Get the file again.`,
    );
  }

  return {
    name,
    dataType,
    dims: (message.dims ?? []).map((dim) => decodeSize(dim, `dimension of tensor '${name}'`)),
    raw: raw ?? typedFieldBytes(dataType, message),
    ...optional('strings', dataType === 'string' && !external ? (message.stringData ?? []) : undefined),
    ...optional('external', entries?.record),
    ...optional(
      'rest',
      restOf(
        'tensor',
        message,
        [
          'name',
          'dataType',
          'dims',
          'rawData',
          ...typedFields,
          ...(external ? (['externalData', 'dataLocation'] as const) : []),
        ],
        entries?.others.length ? { externalData: entries.others } : {},
      ),
    ),
  };
}

/**
 * Decodes an int64 that is a size or a version.
 * @throws ONNX_MALFORMED if the number is not a safe integer
 */
export function decodeSize(value: Int64, what: string): number {
  const number = fromInt64(value);
  if (typeof number === 'number') return number;
  throw onnxError(
    'ONNX_MALFORMED',
    `decodeModel: the ${what} is ${number}; expected an integer between -2^53 and 2^53. Get the file again.`,
  );
}
