import type { AttributeValue } from './model.ts';
import type { AttributeMessage } from './proto.ts';

export type AttributeType = AttributeValue['type'];

/** `AttributeProto.AttributeType` and the field with the value, by the name used here. */
export const attributeTypes: {
  readonly [K in AttributeType]: { readonly code: number; readonly field: keyof AttributeMessage };
} = {
  float: { code: 1, field: 'f' },
  int: { code: 2, field: 'i' },
  string: { code: 3, field: 's' },
  tensor: { code: 4, field: 't' },
  graph: { code: 5, field: 'g' },
  floats: { code: 6, field: 'floats' },
  ints: { code: 7, field: 'ints' },
  strings: { code: 8, field: 'strings' },
  tensors: { code: 9, field: 'tensors' },
  graphs: { code: 10, field: 'graphs' },
};

const byCode = new Map(
  Object.entries(attributeTypes).map(([type, { code }]) => [code, type as AttributeType]),
);

/** Returns the attribute type with this number; undefined if `AttributeValue` does not have it. */
export function attributeTypeOf(code: number): AttributeType | undefined {
  return byCode.get(code);
}
