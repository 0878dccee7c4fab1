import { plural } from '@isonoise/error';
import { byteLength, dataTypes, elementCount } from './data-type.ts';
import type { TensorData } from './model.ts';

/** Lists the violations in a tensor. `what` names the tensor in messages. */
export function tensorViolations(tensor: TensorData, what: string): string[] {
  const { dataType, dims, raw, strings, external } = tensor;
  if (!Object.hasOwn(dataTypes, dataType))
    return [`${what} has the element type '${dataType}'; expected an ONNX element type`];
  if (!dims.every((dim) => Number.isSafeInteger(dim) && dim >= 0)) {
    return [`${what} has the dimensions [${dims}]; expected whole numbers ≥ 0`];
  }
  if (external !== undefined) {
    return [
      ...(external.location ? [] : [`${what} has external data without a location; expected one`]),
      ...(raw.length > 0 || strings !== undefined
        ? [`${what} has external data and also elements in the model; expected one of them`]
        : []),
    ];
  }
  if (dataType === 'string') {
    const count = strings?.length ?? 0;
    const expected = elementCount(dims);
    return count === expected ? [] : [`${what} string[${dims}] has ${count} strings; expected ${expected}`];
  }
  const expected = byteLength(dataType, dims);
  return raw.length === expected
    ? []
    : [`${what} ${dataType}[${dims}] has ${plural(raw.length, 'byte')}; expected ${expected}`];
}
