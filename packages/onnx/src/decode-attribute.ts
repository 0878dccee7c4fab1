import { attributeTypeOf, attributeTypes } from './attribute-type.ts';
import { decodeTensor } from './decode-tensor.ts';
import type { AttributeValue, Graph } from './model.ts';
import { type AttributeMessage, fromInt64, type GraphMessage, stated, statesOnly } from './proto.ts';
import { decodeUtf8 } from './utf8.ts';

/**
 * Decodes the value of an AttributeProto.
 *
 * @param decodeGraph decodes graphs within attributes
 * @returns undefined if `AttributeValue` cannot represent the whole message, so that the caller keeps it as bytes.
 *   Examples are a reference, a sparse tensor, a documentation string, text that is not UTF-8, and a missing type
 */
export function decodeAttribute(
  message: AttributeMessage,
  decodeGraph: (graph: GraphMessage) => Graph,
): AttributeValue | undefined {
  const type = attributeTypeOf(stated(message, 'type') ?? 0);
  if (type === undefined || !statesOnly(message, ['name', 'type', attributeTypes[type].field]))
    return undefined;
  switch (type) {
    case 'float':
      return { type, value: message.f ?? 0 };
    case 'int':
      return { type, value: fromInt64(message.i ?? 0) };
    case 'string': {
      const value = decodeUtf8(stated(message, 's') ?? new Uint8Array(0));
      return value === undefined ? undefined : { type, value };
    }
    case 'floats':
      return { type, value: message.floats ?? [] };
    case 'ints':
      return { type, value: (message.ints ?? []).map(fromInt64) };
    case 'strings': {
      const value = (message.strings ?? []).map(decodeUtf8);
      return value.every((each) => each !== undefined) ? { type, value } : undefined;
    }
    case 'tensor': {
      const value = decodeTensor(stated(message, 't') ?? {});
      return value && { type, value };
    }
    case 'tensors': {
      const value = (message.tensors ?? []).map(decodeTensor);
      return value.every((each) => each !== undefined) ? { type, value } : undefined;
    }
    case 'graph':
      return { type, value: decodeGraph(stated(message, 'g') ?? {}) };
    case 'graphs':
      return { type, value: (message.graphs ?? []).map(decodeGraph) };
  }
}
