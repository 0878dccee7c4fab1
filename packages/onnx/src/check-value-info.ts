import { dataTypes } from './data-type.ts';
import type { ValueInfo } from './model.ts';
import { typeInRest } from './rest.ts';

/** Violations in the type of a graph input, output or other value. `what` names it; `typed`: a type must be stated. */
export function valueInfoViolations(info: ValueInfo, what: string, typed: boolean): string[] {
  const { dataType, shape, dimDenotations } = info;
  if (dataType === undefined) {
    if (shape !== undefined) return [`${what} has a shape without an element type`];
    return typed && typeInRest(info) === undefined ? [`${what} has no type`] : [];
  }
  if (!Object.hasOwn(dataTypes, dataType))
    return [`${what} has the element type '${dataType}', which ONNX does not have`];
  const violations = (shape ?? []).flatMap((size, axis) =>
    size === null || (typeof size === 'number' ? isSize(size) : isSymbol(size))
      ? []
      : [
          `${what} has ${JSON.stringify(size)} as dimension ${axis}; a whole number from 0 on, a name, or null is wanted`,
        ],
  );
  if (dimDenotations !== undefined && dimDenotations.length !== shape?.length) {
    violations.push(
      `${what} has ${dimDenotations.length} dimension denotations for ${shape?.length ?? 'no'} dimensions`,
    );
  }
  return violations;
}

function isSize(size: number): boolean {
  return Number.isSafeInteger(size) && size >= 0;
}

/** A name, or an expression of names as exporters write it ('2*s0 + 1'); a number in quotes is a mistake. */
function isSymbol(text: string): boolean {
  return /[\p{L}_?]/u.test(text) && !/[\p{Cc}\p{Cs}]|^\s|\s$/u.test(text);
}
