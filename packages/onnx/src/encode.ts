import { plural } from '@isonoise/error';
import { graphHeader } from './encode-graph.ts';
import { hasRawData, tensorHeader } from './encode-tensor.ts';
import { joinEntries } from './entries.ts';
import { onnxError } from './errors.ts';
import { concatenate, varints } from './fields.ts';
import type { Graph, Model, TensorData } from './model.ts';
import { encodeMessage, toInt64 } from './proto.ts';

/** Maximum size of a message: protobuf readers store sizes in a signed 32-bit integer. */
const maxBytes = 2 ** 31 - 1;

// Tags of length-delimited fields: (field number << 3) | 2.
const MODEL_GRAPH = (7 << 3) | 2;
const GRAPH_INITIALIZER = (5 << 3) | 2;
const TENSOR_RAW_DATA = (9 << 3) | 2;

/**
 * Writes an ONNX model (ModelProto). The bytes of each initializer of the main graph are copied only once, into the
 * result. protobufjs alone would copy them for each enclosing message, and each time its buffer grows.
 *
 * @returns a new array
 * @throws ONNX_TOO_LARGE if the file would exceed 2^31 - 1 bytes; ONNX_BAD_VALUE if a value does not fit its field
 */
export function encodeModel(model: Model): Uint8Array {
  const graph = graphParts(model.graph);
  const graphBytes = totalLength(graph);
  const parts = [modelHeader(model), varints(MODEL_GRAPH, graphBytes), ...graph];
  const total = totalLength(parts);
  if (total > maxBytes) {
    throw onnxError(
      'ONNX_TOO_LARGE',
      `encodeModel: the model takes ${plural(total, 'byte')}; expected at most ${maxBytes}, the limit of protobuf. ` +
        'Move the large initializers to another file with splitExternalData(model, …), or write them as float16.',
    );
  }
  return concatenate(parts);
}

function modelHeader(model: Model): Uint8Array {
  const { producerVersion, domain, modelVersion, docString, rest } = model;
  return encodeMessage('model', {
    irVersion: toInt64(model.irVersion, 'encodeModel: irVersion'),
    opsetImport: Object.entries(model.opsets).map(([name, version]) => ({
      domain: name,
      version: toInt64(version, `encodeModel: version of operator set '${name}'`),
    })),
    producerName: model.producerName,
    producerVersion: producerVersion ?? null,
    domain: domain ?? null,
    ...(modelVersion === undefined
      ? {}
      : { modelVersion: toInt64(modelVersion, 'encodeModel: modelVersion') }),
    docString: docString ?? null,
    metadataProps: joinEntries(model.metadata),
    ...(rest === undefined ? {} : { $unknowns: [rest] }),
  });
}

function graphParts(graph: Graph): Uint8Array[] {
  return [encodeMessage('graph', graphHeader(graph)), ...graph.initializers.flatMap(initializerParts)];
}

function initializerParts(tensor: TensorData): Uint8Array[] {
  const header = encodeMessage('tensor', tensorHeader(tensor));
  const raw = hasRawData(tensor) ? [varints(TENSOR_RAW_DATA, tensor.raw.length), tensor.raw] : [];
  return [varints(GRAPH_INITIALIZER, header.length + totalLength(raw)), header, ...raw];
}

function totalLength(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
