import { attributeTypes } from './attribute-type.ts';
import { tensorMessage } from './encode-tensor.ts';
import { onnxError } from './errors.ts';
import type { AttributeValue, Graph } from './model.ts';
import { isFloat32 } from './number-range.ts';
import { type AttributeMessage, type GraphMessage, toInt64 } from './proto.ts';

/**
 * Makes an AttributeProto.
 * @param where the node and the attribute, for messages
 * @param graphMessage converts graphs within attributes
 * @throws ONNX_BAD_VALUE if the type is unknown, a number for an int is not an exact int64, or a number for a float is
 *   outside the range of float32
 */
export function attributeMessage(
  name: string,
  attribute: AttributeValue,
  where: string,
  graphMessage: (graph: Graph) => GraphMessage,
): AttributeMessage {
  const field = attributeField(attribute, where, graphMessage);
  return { name, type: attributeTypes[attribute.type].code, ...field };
}

function attributeField(
  attribute: AttributeValue,
  where: string,
  graphMessage: (graph: Graph) => GraphMessage,
): AttributeMessage {
  switch (attribute.type) {
    case 'float':
      return { f: float32(attribute.value, where) };
    case 'floats':
      return { floats: attribute.value.map((value) => float32(value, where)) };
    case 'int':
      return { i: toInt64(attribute.value, where) };
    case 'ints':
      return { ints: attribute.value.map((value) => toInt64(value, where)) };
    case 'string':
      return { s: new TextEncoder().encode(attribute.value) };
    case 'strings':
      return { strings: attribute.value.map((value) => new TextEncoder().encode(value)) };
    case 'tensor':
      return { t: tensorMessage(attribute.value) };
    case 'tensors':
      return { tensors: attribute.value.map(tensorMessage) };
    case 'graph':
      return { g: graphMessage(attribute.value) };
    case 'graphs':
      return { graphs: attribute.value.map(graphMessage) };
    default: {
      const unknown: never = attribute;
      throw onnxError(
        'ONNX_BAD_VALUE',
        `${where} is ${JSON.stringify(unknown)}; expected a type of attribute that ONNX defines. Create it with attr.`,
      );
    }
  }
}

/**
 * Checks the range of a float. ONNX attributes are float32, so rounding is intended, but overflow to infinity is an
 * error.
 */
function float32(value: number, where: string): number {
  if (isFloat32(value)) return value;
  throw onnxError(
    'ONNX_BAD_VALUE',
    `${where} is ${value}; expected a float32 (about ±3.4e38). Scale the value.`,
  );
}
