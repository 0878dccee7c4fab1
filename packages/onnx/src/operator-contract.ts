import type { DataType } from './data-type.ts';
import { OPERATOR_SET, operators, typeSets } from './generated/operators.ts';
import type { Node } from './model.ts';
import { canonicalDomain, operatorName } from './operator-name.ts';
import { runtimeOperators } from './runtime-operators.ts';

/** Declaration of an input or output of an operator. */
export interface Parameter {
  readonly name: string;
  readonly option: 'required' | 'optional' | 'variadic';
  /** Minimum number of values of a variadic parameter. */
  readonly least: number;
  /** Whether all values of a variadic parameter have the same type. */
  readonly alike: boolean;
  /**
   * Name of the parameter's type. Parameters with the same type name have the same type, except for variadic parameters
   * that are not `alike`.
   */
  readonly type: string;
}

/** Inputs, outputs, attributes and types of an operator. */
export interface OperatorContract {
  readonly inputs: readonly Parameter[];
  readonly outputs: readonly Parameter[];
  /** Kind of each attribute (`int`, `floats`, …), keyed by the attribute's name. */
  readonly attributes: ReadonlyMap<string, { readonly kind: string; readonly required: boolean }>;
  /** Allowed element types of each type name. */
  readonly types: ReadonlyMap<string, ReadonlySet<DataType>>;
}

/** A contract and the versions of the operator set in which it applies. */
interface Entry extends OperatorContract {
  readonly since: number;
  readonly until: number;
}

const parsed = new Map<string, Entry>();

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');

function parameter(word: string): Parameter {
  const [, name = '', mark = '', least = '0', several = '', type = ''] =
    /^([^?*:]+)(\?|\*(\d+)(~?))?:(.+)$/.exec(word) ?? [];
  const option = mark === '' ? 'required' : mark === '?' ? 'optional' : 'variadic';
  return { name, option, least: Number(least), alike: several === '', type };
}

function parse(line: string): Entry {
  const [since, until, inputs = '', outputs = '', attributes = '', types = ''] = line.split('|');
  return {
    since: Number(since),
    until: until === '' ? Number.POSITIVE_INFINITY : Number(until),
    inputs: words(inputs).map(parameter),
    outputs: words(outputs).map(parameter),
    attributes: new Map(
      words(attributes).map((word) => {
        const [name = '', kind = ''] = word.split(':');
        return [name.replace('!', ''), { kind, required: name.endsWith('!') }];
      }),
    ),
    types: new Map(
      words(types).map((word) => {
        const [name = '', set = ''] = word.split('=');
        return [name, new Set(words(typeSets[set] ?? '') as DataType[])];
      }),
    ),
  };
}

const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/**
 * Returns the contract of a node's operator.
 *
 * @param version version of the operator set of the node's domain
 * @returns the contract; undefined if the tables lack the domain or the operator, or if the operator differs in this
 *   version
 */
export function contractOf(
  node: Pick<Node, 'opType' | 'domain'>,
  version: number,
): OperatorContract | undefined {
  const name = operatorName(node);
  const domain = canonicalDomain(node.domain ?? '');
  const table = domain === '' ? operators : own(runtimeOperators, domain);
  const line = table && own(table, node.opType);
  if (line === undefined) return undefined;
  const entry = parsed.get(name) ?? parse(line);
  parsed.set(name, entry);
  return version >= entry.since && version <= entry.until ? entry : undefined;
}

/**
 * Whether the standard set of operators lacks the node's operator. False for other domains, and for all versions except
 * {@link OPERATOR_SET}, because only the operators of that version are all known.
 */
export function isUnknownOperator(
  { opType, domain = '' }: Pick<Node, 'opType' | 'domain'>,
  version: number,
): boolean {
  return canonicalDomain(domain) === '' && version === OPERATOR_SET && !Object.hasOwn(operators, opType);
}

/**
 * Returns the outputs of a node without unused optional outputs at the end. Unused outputs before a used one stay,
 * because the position of an output defines its meaning.
 *
 * @param version version of the operator set of the node's domain
 */
export function usedOutputs(
  node: Pick<Node, 'opType' | 'domain' | 'outputs'>,
  isUsed: (name: string) => boolean,
  version: number,
): readonly string[] {
  const { outputs } = node;
  const contract = contractOf(node, version);
  let end = outputs.length;
  while (end > 1 && !isUsed(outputs[end - 1] ?? '') && contract?.outputs[end - 1]?.option === 'optional')
    end--;
  return outputs.slice(0, end);
}
