import { decodeAttribute } from './decode-attribute.ts';
import { decodeTensor } from './decode-tensor.ts';
import { decodeValueInfo } from './decode-value-info.ts';
import { splitEntries } from './entries.ts';
import type { AttributeValue, Graph, Node, TensorData } from './model.ts';
import { optional } from './optional.ts';
import {
  type AttributeMessage,
  type GraphMessage,
  type NodeMessage,
  restOf,
  stated,
  type TensorMessage,
} from './proto.ts';

/** Decodes a GraphProto to a `Graph`. */
export function decodeGraph(message: GraphMessage): Graph {
  const metadata = splitEntries(message.metadataProps ?? []);
  const initializers: TensorData[] = [];
  const unnamed: TensorMessage[] = [];
  for (const each of message.initializer ?? []) {
    const tensor = decodeTensor(each);
    if (tensor === undefined) unnamed.push(each);
    else initializers.push(tensor);
  }
  const rest = restOf(
    'graph',
    message,
    ['name', 'node', 'initializer', 'input', 'output', 'valueInfo', 'docString', 'metadataProps'],
    { initializer: unnamed, metadataProps: metadata.others },
  );
  return {
    name: message.name ?? '',
    nodes: (message.node ?? []).map(decodeNode),
    initializers,
    inputs: (message.input ?? []).map(decodeValueInfo),
    outputs: (message.output ?? []).map(decodeValueInfo),
    ...optional('valueInfos', message.valueInfo?.length ? message.valueInfo.map(decodeValueInfo) : undefined),
    ...optional('docString', stated(message, 'docString')),
    ...optional('metadata', message.metadataProps?.length ? metadata.record : undefined),
    ...optional('rest', rest),
  };
}

/** Decodes a NodeProto to a `Node`. */
function decodeNode(message: NodeMessage): Node {
  const metadata = splitEntries(message.metadataProps ?? []);
  const attributes = new Map<string, AttributeValue>();
  const others: AttributeMessage[] = [];
  for (const each of message.attribute ?? []) {
    const name = each.name ?? '';
    const value = attributes.has(name) ? undefined : decodeAttribute(each, decodeGraph);
    if (value === undefined) others.push(each);
    else attributes.set(name, value);
  }
  const rest = restOf(
    'node',
    message,
    ['opType', 'domain', 'name', 'input', 'output', 'attribute', 'docString', 'metadataProps'],
    { attribute: others, metadataProps: metadata.others },
  );
  return {
    opType: message.opType ?? '',
    ...optional('domain', stated(message, 'domain')),
    name: message.name ?? '',
    inputs: message.input ?? [],
    outputs: message.output ?? [],
    ...optional('attributes', attributes.size > 0 ? Object.fromEntries(attributes) : undefined),
    ...optional('docString', stated(message, 'docString')),
    ...optional('metadata', message.metadataProps?.length ? metadata.record : undefined),
    ...optional('rest', rest),
  };
}
