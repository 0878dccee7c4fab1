import { byteLength, dataTypes, elementCount } from './data-type.ts';
import type { TensorData } from './model.ts';

/** Violations in a tensor by itself. `what` names it, for the messages. */
export function tensorViolations(tensor: TensorData, what: string): string[] {
  const { dataType, dims, raw, strings, external } = tensor;
  if (!Object.hasOwn(dataTypes, dataType))
    return [`${what} has the element type '${dataType}', which ONNX does not have`];
  if (!dims.every((dim) => Number.isSafeInteger(dim) && dim >= 0)) {
    return [`${what} has the dimensions [${dims}]; whole numbers from 0 on are wanted`];
  }
  if (external !== undefined) {
    return [
      ...(external.location ? [] : [`${what} has external data without a location`]),
      ...(raw.length > 0 || strings !== undefined
        ? [`${what} has external data and elements of its own`]
        : []),
    ];
  }
  if (dataType === 'string') {
    const count = strings?.length ?? 0;
    const wanted = elementCount(dims);
    return count === wanted ? [] : [`${what} string[${dims}] has ${count} strings; ${wanted} are wanted`];
  }
  const wanted = byteLength(dataType, dims);
  return raw.length === wanted
    ? []
    : [`${what} ${dataType}[${dims}] has ${raw.length} bytes; ${wanted} are wanted`];
}
