import { plural } from '@isonoise/error';
import { type DataType, dataTypes } from './data-type.ts';
import type { Node } from './model.ts';
import type { OperatorContract, Parameter } from './operator-contract.ts';

/** Violations of a node, and the element types of its outputs if known. */
export interface OperatorFindings {
  readonly violations: readonly string[];
  readonly outputTypes: readonly (DataType | undefined)[];
}

/**
 * Checks a node against its operator's contract: the numbers and types of its inputs and outputs, and its attributes.
 *
 * @param what label of the node in messages: the subject of each problem
 * @param typeOf returns the element type of a value, if known
 */
export function checkOperator(
  node: Node,
  what: string,
  contract: OperatorContract,
  typeOf: (name: string) => DataType | undefined,
): OperatorFindings {
  const violations = [
    ...countViolations(node.inputs, contract.inputs, `${what} has`, 'input'),
    ...countViolations(node.outputs, contract.outputs, `${what} has`, 'output'),
    ...attributeViolations(node, what, contract),
  ];
  const bound = new Map<string, { readonly dataType: DataType; readonly place: string }>();
  node.inputs.forEach((name, i) => {
    const formal = parameterAt(contract.inputs, i);
    const dataType = name === '' ? undefined : typeOf(name);
    if (formal === undefined || dataType === undefined) return;
    const place = `input ${i} '${formal.name}'`;
    const allowed = contract.types.get(formal.type);
    if (allowed?.has(dataType) === false) {
      violations.push(`${what} has ${dataType} as ${place}; expected ${[...allowed].join(', ')}`);
    }
    if (!formal.alike) return;
    const other = bound.get(formal.type);
    if (other !== undefined && other.dataType !== dataType) {
      violations.push(
        `${what} has ${other.dataType} as ${other.place} and ${dataType} as ${place}; expected one type`,
      );
    }
    bound.set(formal.type, other ?? { dataType, place });
  });
  const outputTypes = node.outputs.map((_, i): DataType | undefined => {
    const formal = parameterAt(contract.outputs, i);
    if (formal === undefined || !formal.alike) return undefined;
    const types = contract.types.get(formal.type);
    return bound.get(formal.type)?.dataType ?? (types?.size === 1 ? [...types][0] : statedType(node));
  });
  return { violations, outputTypes };
}

/** Returns the declared input or output at an index; a variadic last parameter covers all further indices. */
function parameterAt(parameters: readonly Parameter[], index: number): Parameter | undefined {
  const last = parameters.at(-1);
  return parameters[index] ?? (last?.option === 'variadic' ? last : undefined);
}

function countViolations(
  names: readonly string[],
  parameters: readonly Parameter[],
  has: string,
  kind: 'input' | 'output',
): string[] {
  const last = parameters.at(-1);
  const variadic = last?.option === 'variadic' ? last : undefined;
  const required = parameters.findLastIndex(({ option }) => option === 'required') + 1;
  const min = variadic === undefined ? required : Math.max(required, parameters.length - 1 + variadic.least);
  const max = variadic === undefined ? parameters.length : Number.POSITIVE_INFINITY;
  if (names.length < min || names.length > max) {
    const expected =
      max === min ? `${min}` : max < Number.POSITIVE_INFINITY ? `${min} to ${max}` : `at least ${min}`;
    return [`${has} ${plural(names.length, kind)}; expected ${expected}`];
  }
  return names.flatMap((name, i) => {
    const formal = parameterAt(parameters, i);
    return name !== '' || formal === undefined || formal.option === 'optional'
      ? []
      : [`${has} an empty ${kind} ${i} '${formal.name}'; expected a name, because it is not optional`];
  });
}

function attributeViolations(
  { attributes = {}, rest }: Node,
  what: string,
  contract: OperatorContract,
): string[] {
  const given = Object.entries(attributes).flatMap(([name, { type }]) => {
    const known = contract.attributes.get(name);
    if (known === undefined)
      return [`${what} has the attribute '${name}'; expected an attribute of its operator`];
    return known.kind === type
      ? []
      : [`attribute '${name}' of ${what} is of type '${type}'; expected '${known.kind}'`];
  });
  // `rest` may contain attributes that `attributes` cannot represent, so missing attributes are not reported then.
  const missing = [...contract.attributes].flatMap(([name, { kind, required }]) =>
    !required || Object.hasOwn(attributes, name) || rest !== undefined
      ? []
      : [`${what} lacks the attribute '${name}'; expected one of type '${kind}'`],
  );
  return [...given, ...missing];
}

/** Returns the element type in an attribute of the node, as in Cast. */
function statedType({ attributes = {} }: Node): DataType | undefined {
  const { to, dtype } = attributes;
  const stated = to ?? dtype;
  if (stated?.type !== 'int') return undefined;
  const code = Number(stated.value);
  return (Object.keys(dataTypes) as DataType[]).find((name) => dataTypes[name].code === code);
}
