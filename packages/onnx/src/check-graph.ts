import { isIsonoiseError } from '@isonoise/error';
import { attributeViolations } from './check-attribute.ts';
import { isValidName, VALID_NAME } from './check-name.ts';
import { checkOperator } from './check-operator.ts';
import { tensorViolations } from './check-tensor.ts';
import { valueInfoViolations } from './check-value-info.ts';
import { GraphFacts } from './graph-facts.ts';
import { inferShapes } from './infer-shapes.ts';
import type { Graph, Node, ValueInfo } from './model.ts';
import { contractOf } from './operator-contract.ts';
import { initializersInRest } from './rest.ts';

/** The state of a check of a model's graphs. */
export interface GraphCheck {
  readonly irVersion: number;
  readonly violations: string[];
  /**
   * Called for each node, including nodes of subgraphs. `what` names the node in messages.
   * @returns version of the node's operator set; undefined if the node cannot be checked
   */
  readonly onNode: (node: Node, what: string) => number | undefined;
}

/**
 * The values in scope, with the node, input or initializer that makes each, and known facts. A subgraph also sees the
 * values of the graphs around it.
 */
class Scope {
  readonly made: Map<string, string> = new Map();
  readonly facts: GraphFacts;
  private readonly outer: Scope | undefined;

  constructor(outer: Scope | undefined) {
    this.outer = outer;
    this.facts = new GraphFacts(outer?.facts);
  }

  maker(name: string): string | undefined {
    return this.made.get(name) ?? this.outer?.maker(name);
  }
}

/**
 * Collects the violations in a graph and in its subgraphs.
 *
 * @param where start of the messages: '' for the main graph; for a subgraph, its attribute and node, and a colon
 */
export function checkGraph(graph: Graph, check: GraphCheck, where = '', outer?: Scope): void {
  const { violations, irVersion } = check;
  const report = (text: string): void => void violations.push(`${where}${text}`);
  const isMain = outer === undefined;
  const scope = new Scope(outer);
  if (!isValidName(graph.name))
    report(`the graph has ${graph.name === '' ? 'an empty' : 'an invalid'} name; expected ${VALID_NAME}`);

  const inputs = new Map<string, ValueInfo>();
  for (const [i, info] of graph.inputs.entries()) {
    const what = `input ${i} '${info.name}'`;
    if (!isValidName(info.name)) report(`${what} has an invalid name; expected ${VALID_NAME}`);
    if (inputs.has(info.name)) report(`${what} is listed twice; expected each input once`);
    for (const text of valueInfoViolations(info, what, isMain)) report(text);
    inputs.set(info.name, info);
    scope.made.set(info.name, what);
    scope.facts.learnStated(info);
  }

  const initialized = new Set<string>();
  const initialize = (name: string): void => {
    if (!isValidName(name)) report(`initializer '${name}' has an invalid name; expected ${VALID_NAME}`);
    if (initialized.has(name))
      report(`initializer '${name}' is listed twice; expected each initializer once`);
    // Before IR version 4, initializers were only defaults of inputs.
    if (irVersion < 4 && !inputs.has(name))
      report(`initializer '${name}' is not a graph input; expected one, as IR versions before 4 require`);
    initialized.add(name);
    if (!inputs.has(name)) scope.made.set(name, `initializer '${name}'`);
  };
  for (const tensor of graph.initializers) {
    initialize(tensor.name);
    const wrong = tensorViolations(tensor, `initializer '${tensor.name}'`);
    wrong.forEach(report);
    if (wrong.length === 0 && !inputs.has(tensor.name)) scope.facts.learnConstant(tensor);
    const input = inputs.get(tensor.name);
    if (input?.dataType !== undefined && !agrees(input, tensor.dataType, tensor.dims)) {
      report(
        `initializer '${tensor.name}' ${tensor.dataType}[${tensor.dims}] is the default of an input ` +
          `${input.dataType}[${input.shape}]; expected the type and shape of the input`,
      );
    }
  }
  for (const name of initializersInRest(graph)) initialize(name);

  checkNodes(graph, check, where, scope);

  const outputs = new Set<string>();
  for (const [i, info] of graph.outputs.entries()) {
    const what = `output ${i} '${info.name}'`;
    if (outputs.has(info.name)) report(`${what} is listed twice; expected each output once`);
    outputs.add(info.name);
    for (const text of valueInfoViolations(info, what, isMain)) report(text);
    for (const text of scope.facts.contradictions(info, what)) report(text);
    if (scope.made.has(info.name)) continue;
    const maker = scope.maker(info.name);
    report(
      maker
        ? `${what} is made outside the subgraph by ${maker}; expected a value that the subgraph makes, such as by Identity`
        : `${what} has no maker; expected a node, input or initializer that makes it`,
    );
  }
  for (const info of graph.valueInfos ?? []) {
    for (const text of valueInfoViolations(info, `value '${info.name}'`, false)) report(text);
    for (const text of scope.facts.contradictions(info, `value '${info.name}'`)) report(text);
  }
}

function checkNodes(graph: Graph, check: GraphCheck, where: string, scope: Scope): void {
  const report = (text: string): void => void check.violations.push(`${where}${text}`);
  const titles = graph.nodes.map((node, i) => `node ${i}${node.name && ` '${node.name}'`} (${node.opType})`);
  const later = new Map(
    graph.nodes.flatMap((node, i) => node.outputs.map((name) => [name, titles[i] ?? ''])),
  );
  for (const [i, node] of graph.nodes.entries()) {
    const what = titles[i] ?? '';
    const version = check.onNode(node, `${where}${what}`);
    if (node.opType === '') report(`${what} has an empty operator; expected its name`);
    if (node.name !== '' && !isValidName(node.name))
      report(`${what} has an invalid name; expected ${VALID_NAME}`);
    if (node.inputs.length === 0 && node.outputs.length === 0)
      report(`${what} has neither inputs nor outputs; expected at least one of them`);
    for (const name of node.inputs) {
      if (name === '' || scope.maker(name) !== undefined) continue;
      const maker = later.get(name);
      if (maker === undefined)
        report(`${what} reads '${name}'; expected a value that a node, input or initializer makes`);
      else report(`${what} reads '${name}' before ${maker} makes it; expected nodes in topological order`);
    }
    for (const [name, attribute] of Object.entries(node.attributes ?? {})) {
      const whatAttribute = `attribute '${name}' of ${what}`;
      for (const text of attributeViolations(name, attribute, whatAttribute)) report(text);
      if (attribute.type === 'graph') checkGraph(attribute.value, check, `${where}${whatAttribute}: `, scope);
      if (attribute.type === 'graphs') {
        for (const [k, each] of attribute.value.entries()) {
          checkGraph(each, check, `${where}graph ${k} in ${whatAttribute}: `, scope);
        }
      }
    }
    for (const name of node.outputs) {
      if (name === '') continue;
      if (!isValidName(name))
        report(`${what} makes the value ${JSON.stringify(name)}; expected ${VALID_NAME} as its name`);
      const maker = scope.maker(name);
      if (maker !== undefined)
        report(
          `${what} makes '${name}', which ${maker} already makes; expected one maker for each value (SSA)`,
        );
      else scope.made.set(name, what);
    }
    if (version !== undefined) learnFromNode(node, what, version, scope.facts, report);
  }
}

/** Checks a node against its operator's contract, and records the types and shapes of its outputs. */
function learnFromNode(
  node: Node,
  what: string,
  version: number,
  facts: GraphFacts,
  report: (text: string) => void,
): void {
  const contract = contractOf(node, version);
  if (contract === undefined) return;
  const { violations, outputTypes } = checkOperator(node, what, contract, (name) => facts.typeOf(name));
  violations.forEach(report);
  // Shapes inferred for an invalid node would be wrong, so they are not inferred.
  const shapes = violations.length > 0 || version < SHAPES_SINCE ? [] : shapesOf(node, what, facts, report);
  node.outputs.forEach((name, i) => {
    if (name !== '') facts.learn(name, outputTypes[i], shapes[i]);
  });
}

/** The oldest operator set that `inferShapes` supports. */
const SHAPES_SINCE = 13;

function shapesOf(
  node: Node,
  what: string,
  facts: GraphFacts,
  report: (text: string) => void,
): ReturnType<typeof inferShapes> {
  try {
    return inferShapes(node, facts);
  } catch (error) {
    if (!isIsonoiseError(error) || error.code !== 'ONNX_SHAPE') throw error;
    report(`${what} has ${error.message}`);
    return [];
  }
}

function agrees(input: ValueInfo, dataType: string, dims: readonly number[]): boolean {
  const { shape } = input;
  if (input.dataType !== dataType) return false;
  if (shape === undefined) return true;
  return (
    shape.length === dims.length &&
    shape.every((size, axis) => typeof size !== 'number' || size === dims[axis])
  );
}
