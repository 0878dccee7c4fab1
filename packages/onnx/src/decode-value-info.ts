import { dataTypeOf } from './data-type.ts';
import { decodeSize } from './decode-tensor.ts';
import type { ValueInfo } from './model.ts';
import { optional } from './optional.ts';
import { restOf, stated, statesOnly, type TypeMessage, type ValueInfoMessage } from './proto.ts';

/** Decodes a ValueInfoProto to a `ValueInfo`. */
export function decodeValueInfo(message: ValueInfoMessage): ValueInfo {
  const name = message.name ?? '';
  const type = stated(message, 'type');
  const tensor = type === undefined ? undefined : decodeTensorType(type, name);
  const rest = restOf('valueInfo', message, tensor === undefined ? ['name'] : ['name', 'type']);
  return { name, ...tensor, ...optional('rest', rest) };
}

type TensorType = Pick<ValueInfo, 'dataType' | 'shape' | 'denotation' | 'dimDenotations'>;

/** Returns the type of a dense tensor; undefined if `ValueInfo` cannot represent the whole message. */
function decodeTensorType(type: TypeMessage, name: string): TensorType | undefined {
  const tensor = stated(type, 'tensorType');
  if (tensor === undefined || !statesOnly(type, ['tensorType', 'denotation'])) return undefined;
  const dataType = dataTypeOf(tensor.elemType ?? 0);
  if (dataType === undefined || !statesOnly(tensor, ['elemType', 'shape'])) return undefined;
  const shape = stated(tensor, 'shape');
  const dims = shape?.dim ?? [];
  if (shape !== undefined && !statesOnly(shape, ['dim'])) return undefined;
  if (!dims.every((dim) => statesOnly(dim, ['dimValue', 'dimParam', 'denotation']))) return undefined;

  return {
    dataType,
    ...optional(
      'shape',
      shape &&
        dims.map((dim) => {
          const value = stated(dim, 'dimValue');
          return value === undefined
            ? stated(dim, 'dimParam') || null
            : decodeSize(value, `dimension of value '${name}'`);
        }),
    ),
    ...optional('denotation', stated(type, 'denotation')),
    ...optional(
      'dimDenotations',
      dims.some((dim) => dim.denotation) ? dims.map((dim) => dim.denotation ?? '') : undefined,
    ),
  };
}
