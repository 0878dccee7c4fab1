import type { DataType } from './data-type.ts';
import { OPERATOR_SET, operators, typeSets } from './generated/operators.ts';
import type { Node } from './model.ts';
import { canonicalDomain, operatorName } from './operator-name.ts';
import { runtimeOperators } from './runtime-operators.ts';

/** An input or output as an operator declares it. */
export interface Parameter {
  readonly name: string;
  readonly option: 'required' | 'optional' | 'variadic';
  /** How many a variadic one stands for at least. */
  readonly least: number;
  /** Whether all that a variadic one stands for have one type. */
  readonly alike: boolean;
  /** Name of its type: parameters of one name have one type. */
  readonly type: string;
}

/** What an operator takes and makes. */
export interface OperatorContract {
  readonly inputs: readonly Parameter[];
  readonly outputs: readonly Parameter[];
  /** Attribute kinds (`int`, `floats`, …) by name. */
  readonly attributes: ReadonlyMap<string, { readonly kind: string; readonly required: boolean }>;
  /** Element types that each type name may stand for. */
  readonly types: ReadonlyMap<string, ReadonlySet<DataType>>;
}

/** A contract and the versions of the operator set in which it holds. */
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
 * The contract of a node's operator.
 *
 * @param version of the operator set of the node's domain
 * @returns undefined where it is not known here: other domains, and versions in which the operator differs
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

/** Whether the standard operator set of this version is known completely, and has no such operator. */
export function isUnknownOperator(
  { opType, domain = '' }: Pick<Node, 'opType' | 'domain'>,
  version: number,
): boolean {
  return canonicalDomain(domain) === '' && version === OPERATOR_SET && !Object.hasOwn(operators, opType);
}

/**
 * The outputs of a node when only some of them are used: those at the end that the operator may leave out are gone. A
 * value's place among the outputs says what it is, so the others stay, used or not.
 *
 * @param version of the operator set of the node's domain
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
