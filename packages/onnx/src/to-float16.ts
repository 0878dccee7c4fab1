import { dataTypes } from './data-type.ts';
import { onnxError } from './errors.ts';
import { toFloat16Bits } from './float16.ts';
import { type Float16Rule, float16Rules } from './float16-rules.ts';
import type { Graph, Model, Node, TensorData } from './model.ts';
import { operatorName } from './operator-name.ts';
import { tensor } from './tensor.ts';
import { toTypedArray } from './typed-array.ts';

type Precision = 'float16' | 'float32';

/** A float value of the model, in one or both precisions. */
interface FloatValue {
  /** Names by precision; the first entry is the precision in which the value was made. */
  readonly forms: Map<Precision, string>;
  /**
   * Whether the value is a constant, or is computed only from constants. It is made in any requested precision.
   */
  readonly constant: boolean;
  /** Makes the value in a precision that it does not have yet. */
  write(precision: Precision, name: string): void;
}

/** Largest finite float16. */
const LARGEST = 65504;

/**
 * Operators for which a small change of a large operand matters: functions of angles, and rounding to whole numbers.
 * float16 has steps of 0.5 at 1000, so their operands, and all values from which these are computed, stay in float32.
 */
const PERIODIC = new Set(['Sin', 'Cos', 'Tan', 'Floor', 'Ceil', 'Round']);

/**
 * Converts a model to mixed precision.
 *
 * - float16: convolutions, matrix products and activations, with float16 weights.
 * - float32: normalizations, softmax, sums, and all values from which sines, cosines and
 *   whole numbers are computed.
 * - Other operators take the precision of their operands.
 *
 * Each value is cast at most once. Graph inputs and outputs keep their types, names and order, so the model is called in
 * the same way. Weights keep their names.
 *
 * @param model a float32 model of standard operators, without subgraphs; it is not modified
 * @throws ONNX_FLOAT16_RANGE if a weight that is needed in float16 is NaN or beyond ±65504
 * @throws ONNX_FLOAT16_UNSUPPORTED if an operator does not have a rule
 * @throws ONNX_EXTERNAL_DATA if a weight is in another file
 */
export function toFloat16(model: Model): Model {
  return { ...model, graph: new Conversion(model.graph).run() };
}

class Conversion {
  readonly #graph: Graph;
  readonly #constants: ReadonlyMap<string, TensorData>;
  readonly #results: ReadonlySet<string>;
  readonly #exact: ReadonlySet<Node>;
  readonly #taken: Set<string>;
  readonly #values = new Map<string, FloatValue>();
  readonly #nodes: Node[] = [];
  readonly #stored = new Map<string, TensorData>();

  constructor(graph: Graph) {
    const { inputs, outputs, nodes, initializers } = graph;
    this.#graph = graph;
    this.#constants = new Map(initializers.map((constant) => [constant.name, constant]));
    this.#results = new Set(outputs.map(({ name }) => name));
    this.#exact = leadingToPeriodic(nodes);
    this.#taken = new Set([
      ...[...initializers, ...inputs].map(({ name }) => name),
      ...nodes.flatMap((node) => node.outputs),
    ]);
    for (const constant of initializers) {
      if (constant.dataType === 'float32') {
        this.#addConstant(constant.name, (precision, name) => {
          this.#stored.set(name, { ...(precision === 'float16' ? halved(constant) : constant), name });
        });
      }
    }
    for (const { name, dataType } of inputs) {
      if (dataType === 'float32') this.#addComputed(name, 'float32');
    }
  }

  run(): Graph {
    for (const node of this.#graph.nodes) {
      if (node.opType === 'Cast') this.#convertCast(node);
      else this.#convert(node);
    }
    for (const { name } of this.#graph.outputs) this.#finish(name);
    // The types in valueInfos have become invalid.
    const { valueInfos: _, ...rest } = this.#graph;
    return { ...rest, nodes: this.#nodes, initializers: [...this.#stored.values()] };
  }

  #convert(node: Node): void {
    const rule = ruleOf(node);
    const [output = ''] = node.outputs;
    const operands = node.inputs.flatMap((name, place) =>
      rule.fixed?.includes(place) ? [] : (this.#values.get(name) ?? []),
    );
    const floats = operands.length === 0 ? 0 : (rule.floatOutputs ?? node.outputs.length);
    if (rule.precision === 'either' && floats === 1 && operands.every(({ constant }) => constant)) {
      this.#addConstant(output, (precision, name) => this.#write(node, rule, precision, [name]));
      return;
    }
    const precision = this.#exact.has(node) ? 'float32' : choose(rule, operands);
    const outputs = node.outputs.map((name, i) =>
      name === '' || i >= floats ? name : this.#addComputed(name, precision),
    );
    this.#write(node, rule, precision, outputs);
  }

  /** Converts a Cast of the original model: it reads float32, as before. */
  #convertCast(node: Node): void {
    const { to } = node.attributes ?? {};
    if (to?.type === 'int' && Number(to.value) === dataTypes.float32.code) {
      this.#addComputed(node.outputs[0] ?? '', 'float32');
    }
    this.#write(node, { precision: 'float32' }, 'float32', node.outputs);
  }

  #write(node: Node, { fixed }: Float16Rule, precision: Precision, outputs: readonly string[]): void {
    const inputs = node.inputs.map((name, place) =>
      this.#read(name, fixed?.includes(place) ? 'float32' : precision),
    );
    // A node that is written again for the other precision gets a new name.
    const again =
      node.name !== '' && outputs[0] !== node.outputs[0] && !this.#results.has(node.outputs[0] ?? '');
    this.#nodes.push({ ...node, name: again ? `${node.name}_${precision}` : node.name, inputs, outputs });
  }

  #addComputed(name: string, precision: Precision): string {
    const made = this.#nameFor(name, precision, []);
    this.#values.set(name, {
      forms: new Map([[precision, made]]),
      constant: false,
      write: (requested, output) => this.#writeCast(made, output, requested),
    });
    return made;
  }

  #addConstant(name: string, write: FloatValue['write']): void {
    this.#values.set(name, { forms: new Map(), constant: true, write });
  }

  /**
   * Returns the name under which a node reads a value. For a float, it is the form of this precision, which is made at
   * the first request.
   */
  #read(name: string, precision: Precision): string {
    const value = this.#values.get(name);
    if (value === undefined) {
      const constant = this.#constants.get(name);
      if (constant !== undefined) this.#stored.set(name, constant);
      return name;
    }
    const existing = value.forms.get(precision);
    if (existing !== undefined) return existing;
    const made = this.#nameFor(name, precision, [...value.forms.values()]);
    value.write(precision, made);
    value.forms.set(precision, made);
    return made;
  }

  /**
   * Returns the name of a new form. The first form gets the name of the value. The name of a graph output is kept for its
   * float32 form.
   */
  #nameFor(name: string, precision: Precision, others: readonly string[]): string {
    if (!others.includes(name) && !(precision === 'float16' && this.#results.has(name))) return name;
    let fresh = `${name}_${precision}`;
    while (this.#taken.has(fresh)) fresh += '_';
    this.#taken.add(fresh);
    return fresh;
  }

  /** Makes a graph output float32. If the output is made by an Identity, the Cast replaces this Identity. */
  #finish(name: string): void {
    const half = this.#values.get(name)?.forms.get('float16');
    const at = this.#nodes.findIndex(({ opType, outputs }) => opType === 'Identity' && outputs[0] === half);
    const [source] = this.#nodes[at]?.inputs ?? [];
    const readers = this.#nodes.some(({ inputs }) => inputs.includes(half ?? ''));
    if (source === undefined || readers) {
      this.#read(name, 'float32');
      return;
    }
    this.#nodes.splice(at, 1);
    this.#writeCast(source, name, 'float32');
  }

  #writeCast(input: string, output: string, precision: Precision): void {
    this.#nodes.push({
      opType: 'Cast',
      name: `Cast_to_${output}`,
      inputs: [input],
      outputs: [output],
      attributes: { to: { type: 'int', value: dataTypes[precision].code } },
    });
  }
}

/** Returns the precision in which a node's operands need fewer casts. */
function choose({ precision }: Float16Rule, operands: readonly FloatValue[]): Precision {
  if (precision !== 'either') return precision;
  const computed = operands.filter(({ constant }) => !constant);
  const casts = (target: Precision): number => computed.filter(({ forms }) => !forms.has(target)).length;
  const [half, single] = [casts('float16'), casts('float32')];
  if (half !== single) return half < single ? 'float16' : 'float32';
  // Both precisions need the same number of casts, so the shorter type is preferred.
  if (half > 0) return 'float16';
  // Neither precision needs casts, so values made in float32 keep their precision.
  return computed.some(({ forms }) => forms.keys().next().value === 'float32') ? 'float32' : 'float16';
}

/** Returns the nodes whose results reach a periodic operator. */
function leadingToPeriodic(nodes: readonly Node[]): Set<Node> {
  const needed = new Set<string>();
  const found = new Set<Node>();
  for (const node of nodes.toReversed()) {
    if (!PERIODIC.has(node.opType) && !node.outputs.some((name) => needed.has(name))) continue;
    found.add(node);
    for (const name of node.inputs) needed.add(name);
  }
  return found;
}

function ruleOf(node: Node): Float16Rule {
  const { name, attributes = {} } = node;
  const operator = operatorName(node);
  const rule = float16Rules.get(operator);
  const nested = Object.values(attributes).some(({ type }) => type === 'graph' || type === 'graphs');
  if (rule !== undefined && !nested) return rule;
  throw onnxError(
    'ONNX_FLOAT16_UNSUPPORTED',
    `toFloat16: node '${name}' is ${operator}, which has no float16 rule; expected an operator with a rule. ` +
      'Add it to float16-rules.ts, or keep the model in float32.',
  );
}

function halved(constant: TensorData): TensorData {
  const values = toTypedArray(constant) as Float32Array;
  const index = values.findIndex((value) => !(Math.abs(value) <= LARGEST));
  if (index !== -1) {
    throw onnxError(
      'ONNX_FLOAT16_RANGE',
      `toFloat16: weight '${constant.name}' has ${values[index]} at index ${index}; expected numbers up to ±${LARGEST}. ` +
        'Keep the model in float32.',
    );
  }
  return tensor(constant.name, 'float16', constant.dims, Uint16Array.from(values, toFloat16Bits));
}
