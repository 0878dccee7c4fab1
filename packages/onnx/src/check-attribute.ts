import { attributeTypes } from './attribute-type.ts';
import { isValidName, VALID_NAME } from './check-name.ts';
import { tensorViolations } from './check-tensor.ts';
import type { AttributeValue } from './model.ts';
import { isFloat32, isInt64 } from './number-range.ts';

/**
 * Lists the violations in an attribute. Graphs in the attribute are not checked here, because their check needs the values
 * of the graphs around them. `what` names the attribute in messages.
 */
export function attributeViolations(name: string, attribute: AttributeValue, what: string): string[] {
  if (!isValidName(name)) return [`${what} has an invalid name; expected ${VALID_NAME}`];
  if (!Object.hasOwn(attributeTypes, attribute.type))
    return [
      `${what} has the unknown type '${attribute.type}'; expected one of ${Object.keys(attributeTypes).join(', ')}`,
    ];
  const wrong = (expected: string): string[] => [
    `${what} is of type '${attribute.type}', but its value does not fit; expected ${expected}`,
  ];
  switch (attribute.type) {
    case 'int':
      return isInt64(attribute.value) ? [] : wrong('an int64');
    case 'ints':
      return attribute.value.every(isInt64) ? [] : wrong('a list of int64');
    case 'float':
      return isFloat32(attribute.value) ? [] : wrong('a float32');
    case 'floats':
      return attribute.value.every(isFloat32) ? [] : wrong('a list of float32');
    case 'string':
      return isText(attribute.value) ? [] : wrong('a well-formed string');
    case 'strings':
      return attribute.value.every(isText) ? [] : wrong('a list of well-formed strings');
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
