import type { IsonoiseError } from '@isonoise/error';
import { checkGraph } from './check-graph.ts';
import { onnxError } from './errors.ts';
import type { Model } from './model.ts';
import { isUnknownOperator } from './operator-contract.ts';
import { canonicalDomain } from './operator-name.ts';

/** The first ten violations, a line each, and how many more there are. */
function invalid(violations: readonly string[]): IsonoiseError<'ONNX_INVALID_MODEL'> {
  const shown = violations.slice(0, 10).map((text) => `\n  - ${text}`);
  const more = violations.length > shown.length ? `\n  … and ${violations.length - shown.length} more` : '';
  return onnxError(
    'ONNX_INVALID_MODEL',
    `checkModel: ${violations.length} violation${violations.length === 1 ? '' : 's'} of the ONNX format:${shown.join('')}${more}`,
  );
}

/** `Version.IR_VERSION` of the onnx.proto here. */
const newestIrVersion = 14;

/**
 * Checks the structure that docs/IR.md of ONNX asks for: each value made once and before it is read (subgraphs see
 * the graphs around them), graph outputs made, names and dimensions valid, tensors as long as their dimensions say,
 * attributes of their type, an operator set for every domain in use. Checks nodes of the standard operator set 17, and
 * of older ones where the operator is the same, against their operator: numbers and element types of inputs and
 * outputs, attributes, and the shapes that follow for operators that `inferShapes` knows. What `rest` holds counts as
 * values made, and is not looked into otherwise.
 *
 * @throws `ONNX_INVALID_MODEL` with the first violations, each naming its node or value
 */
export function checkModel(model: Model): void {
  const violations = findViolations(model);
  if (violations.length > 0) throw invalid(violations);
}

/** What `checkModel` would throw, as a list; empty for a valid model. */
export function findViolations(model: Model): string[] {
  const { irVersion, opsets, graph } = model;
  const violations: string[] = [];
  if (!Number.isSafeInteger(irVersion) || irVersion < 1 || irVersion > newestIrVersion) {
    violations.push(`IR version ${irVersion}; 1 to ${newestIrVersion} are known`);
  }
  for (const [domain, version] of Object.entries(opsets)) {
    if (!Number.isSafeInteger(version) || version < 1) {
      violations.push(`operator set '${domain}' has version ${version}; a whole number from 1 on is wanted`);
    }
  }
  // Before IR version 3 a model had one operator set, unnamed.
  if (irVersion >= 3 && Object.keys(opsets).length === 0) violations.push('no operator set is imported');

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
        violations.push(`${what} uses the domain '${domain}', and opsets has no version of it`);
      }
      if (version !== undefined && node.opType !== '' && isUnknownOperator(node, version)) {
        violations.push(`${what} is not an operator of operator set ${version}`);
      }
      return version;
    },
  });
  return violations;
}
