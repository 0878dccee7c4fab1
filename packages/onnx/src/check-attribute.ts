import { attributeTypes } from './attribute-type.ts';
import { isValidName } from './check-name.ts';
import { tensorViolations } from './check-tensor.ts';
import type { AttributeValue } from './model.ts';
import { isFloat32, isInt64 } from './number-range.ts';

/** Violations in an attribute, graphs left out: those need the scope around them. `what` names it. */
export function attributeViolations(name: string, attribute: AttributeValue, what: string): string[] {
  if (!isValidName(name)) return [`${what} has no valid name`];
  if (!Object.hasOwn(attributeTypes, attribute.type))
    return [`${what} has the unknown type '${attribute.type}'`];
  const wrong = (wanted: string): string[] => [
    `${what} is of type '${attribute.type}' and holds no ${wanted}`,
  ];
  switch (attribute.type) {
    case 'int':
      return isInt64(attribute.value) ? [] : wrong('int64');
    case 'ints':
      return attribute.value.every(isInt64) ? [] : wrong('list of int64');
    case 'float':
      return isFloat32(attribute.value) ? [] : wrong('float32');
    case 'floats':
      return attribute.value.every(isFloat32) ? [] : wrong('list of float32');
    case 'string':
      return isText(attribute.value) ? [] : wrong('well-formed text');
    case 'strings':
      return attribute.value.every(isText) ? [] : wrong('list of well-formed texts');
    case 'tensor':
      return tensorViolations(attribute.value, `the tensor of ${what}`);
    case 'tensors':
      return attribute.value.flatMap((tensor, i) => tensorViolations(tensor, `tensor ${i} of ${what}`));
    case 'graph':
    case 'graphs':
      return [];
  }
}

function isText(value: string): boolean {
  return typeof value === 'string' && !/\p{Cs}/u.test(value);
}
