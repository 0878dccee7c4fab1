import { dataTypes } from './data-type.ts';
import type { ValueInfo } from './model.ts';
import { typeInRest } from './rest.ts';

/**
 * Lists the violations in the type of a value. `what` names the value in messages. `typed` says whether the value must
 * have a type.
 */
export function valueInfoViolations(info: ValueInfo, what: string, typed: boolean): string[] {
  const { dataType, shape, dimDenotations } = info;
  if (dataType === undefined) {
    if (shape !== undefined) return [`${what} has a shape without an element type; expected both`];
    return typed && typeInRest(info) === undefined ? [`${what} lacks a type; expected one`] : [];
  }
  if (!Object.hasOwn(dataTypes, dataType))
    return [`${what} has the element type '${dataType}'; expected an ONNX element type`];
  const violations = (shape ?? []).flatMap((size, axis) =>
    size === null || (typeof size === 'number' ? isSize(size) : isSymbol(size))
      ? []
      : [
          `${what} has ${JSON.stringify(size)} as dimension ${axis}; expected a whole number ≥ 0, a name, or null`,
        ],
  );
  if (dimDenotations !== undefined && dimDenotations.length !== shape?.length) {
    violations.push(
      `${what} has ${dimDenotations.length} dimension denotations; expected ${shape?.length ?? 0}, one for each dimension`,
    );
  }
  return violations;
}

function isSize(size: number): boolean {
  return Number.isSafeInteger(size) && size >= 0;
}

/**
 * Whether a dimension is symbolic: a name, or an expression of names as in exported models ('2*s0 + 1'). A number in
 * quotes is not symbolic.
 */
function isSymbol(text: string): boolean {
  return /[\p{L}_?]/u.test(text) && !/[\p{Cc}\p{Cs}]|^\s|\s$/u.test(text);
}
