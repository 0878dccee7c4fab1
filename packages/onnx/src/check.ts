import type { IsonoiseError } from '@isonoise/error';
import { plural } from '@isonoise/error';
import { checkGraph } from './check-graph.ts';
import { onnxError } from './errors.ts';
import type { Model } from './model.ts';
import { isUnknownOperator } from './operator-contract.ts';
import { canonicalDomain } from './operator-name.ts';

/** Makes an error with the first ten violations, one per line, and the number of further violations. */
function invalid(violations: readonly string[]): IsonoiseError<'ONNX_INVALID_MODEL'> {
  const shown = violations.slice(0, 10).map((text) => `  - ${text}`);
  const more = violations.length > shown.length ? [`  … and ${violations.length - shown.length} more`] : [];
  return onnxError('ONNX_INVALID_MODEL', [
    `checkModel: ${plural(violations.length, 'violation')} of the ONNX format:`,
    ...shown,
    ...more,
  ]);
}

/** The newest IR version: `Version.IR_VERSION` in proto/onnx-ml.proto. */
const newestIrVersion = 14;

/**
 * Checks a model. The check covers:
 *
 * - The structure, as docs/IR.md of ONNX requires. Each value is made once, before it is read; subgraphs also see the
 *   values of the graphs around them. All outputs are made. Names and dimensions are valid. Tensors have as many elements
 *   as their dimensions require, and attributes have values of their type. All domains in use have an operator set.
 * - The operators of the standard set 17: the numbers and element types of inputs and outputs, the attributes, and
 *   the shapes if `inferShapes` supports the operator. In a model of a different version of this set, only operators
 *   that are the same in both versions are checked.
 *
 * Initializers in `rest` count as values; other parts of `rest` are not checked.
 *
 * @throws `ONNX_INVALID_MODEL` if there are violations; the message lists the first ten
 */
export function checkModel(model: Model): void {
  const violations = findViolations(model);
  if (violations.length > 0) throw invalid(violations);
}

/** Returns the violations that `checkModel` would report; empty for a valid model. */
export function findViolations(model: Model): string[] {
  const { irVersion, opsets, graph } = model;
  const violations: string[] = [];
  if (!Number.isSafeInteger(irVersion) || irVersion < 1 || irVersion > newestIrVersion) {
    violations.push(`the IR version is ${irVersion}; expected 1 to ${newestIrVersion}`);
  }
  for (const [domain, version] of Object.entries(opsets)) {
    if (!Number.isSafeInteger(version) || version < 1) {
      violations.push(`operator set '${domain}' has version ${version}; expected a whole number ≥ 1`);
    }
  }
  // Before IR version 3, a model had one operator set, which was not declared.
  if (irVersion >= 3 && Object.keys(opsets).length === 0)
    violations.push('opsets is empty; expected an operator set');

  const imported = new Map(
    Object.entries(opsets).map(([domain, version]) => [canonicalDomain(domain), version]),
  );
  const missing = new Set<string>();
  checkGraph(graph, {
    irVersion,
    violations,
    onNode(node, what) {
      const domain = canonicalDomain(node.domain ?? '');
      if (irVersion < 3) return undefined;
      const version = imported.get(domain);
      if (version === undefined && !missing.has(domain)) {
        missing.add(domain);
        violations.push(`${what} uses the domain '${domain}'; expected a version of it in opsets`);
      }
      if (version !== undefined && node.opType !== '' && isUnknownOperator(node, version)) {
        violations.push(`${what} is not in operator set ${version}; expected an operator of this set`);
      }
      return version;
    },
  });
  return violations;
}
