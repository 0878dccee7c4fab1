import { isIsonoiseError, plural } from '@isonoise/error';
import { decodeGraph } from './decode-graph.ts';
import { decodeSize } from './decode-tensor.ts';
import { splitEntries } from './entries.ts';
import { onnxError } from './errors.ts';
import type { Model } from './model.ts';
import { optional } from './optional.ts';
import { decodeMessage, fromInt64, type ModelMessage, restOf, stated, statesOnly } from './proto.ts';
import { recognise } from './recognise.ts';

/** Limits of `decodeModel`, so that damaged or hostile files cannot exhaust the memory. */
export interface DecodeLimits {
  /**
   * Maximum size of the file in bytes. Default 2^31 - 1, the maximum of protobuf. A server that accepts uploads needs a
   * lower limit.
   */
  readonly maxBytes: number;
  /**
   * Maximum number of protobuf fields. Fields become objects, so two bytes of a file can take hundreds of bytes of
   * memory. Default 10 million. A node has about ten fields, and the largest published models have about ten thousand
   * nodes. protobufjs also limits the nesting to 100 messages, which is about 30 graphs, so the stack cannot overflow.
   */
  readonly maxFields: number;
}

export const defaultDecodeLimits: DecodeLimits = Object.freeze({
  maxBytes: 2 ** 31 - 1,
  maxFields: 10_000_000,
});

/**
 * Reads an ONNX model. Raw elements of tensors are not copied: `raw` is a view of `bytes`, so do not write to
 * `bytes`. The structure is not checked; use `checkModel`.
 *
 * @param bytes the whole file
 * @param limits overrides of `defaultDecodeLimits`
 * @throws ONNX_NOT_A_MODEL if the bytes have a different format or no graph; ONNX_TRUNCATED if they end inside a field;
 *   ONNX_MALFORMED if fields are invalid; ONNX_LIMIT if the model exceeds a limit
 */
export function decodeModel(bytes: Uint8Array, limits: Partial<DecodeLimits> = {}): Model {
  const { maxBytes, maxFields } = { ...defaultDecodeLimits, ...limits };
  if (bytes.length > maxBytes) {
    throw onnxError(
      'ONNX_LIMIT',
      `decodeModel: the file has ${plural(bytes.length, 'byte')}; expected at most ${maxBytes} (limits.maxBytes). Raise the limit if you trust the file.`,
    );
  }
  const message = decodeBytes(bytes, maxFields);
  const graph = stated(message, 'graph');
  if (graph === undefined) {
    refuseOtherFormats(bytes);
    throw onnxError(
      'ONNX_NOT_A_MODEL',
      `decodeModel: found ${plural(bytes.length, 'byte')} of protobuf without a graph; expected a complete ONNX model. ` +
        'The download may be truncated, or the file has a different protobuf format: compare its size or SHA-256 with the source.',
    );
  }

  const opsets = new Map<string, number>();
  const otherOpsets: ModelMessage['opsetImport'] = [];
  for (const each of message.opsetImport ?? []) {
    const domain = each.domain ?? '';
    if (opsets.has(domain) || !statesOnly(each, ['domain', 'version'])) otherOpsets.push(each);
    else opsets.set(domain, decodeSize(each.version ?? 0, `version of operator set '${domain}'`));
  }
  const metadata = splitEntries(message.metadataProps ?? []);
  const version = stated(message, 'modelVersion');
  return {
    irVersion: decodeSize(message.irVersion ?? 0, 'IR version'),
    opsets: Object.fromEntries(opsets),
    producerName: message.producerName ?? '',
    ...optional('producerVersion', stated(message, 'producerVersion')),
    ...optional('domain', stated(message, 'domain')),
    ...optional('modelVersion', version === undefined ? undefined : fromInt64(version)),
    ...optional('docString', stated(message, 'docString')),
    graph: decodeGraph(graph),
    metadata: metadata.record,
    ...optional(
      'rest',
      restOf('model', message, namedFields, { opsetImport: otherOpsets, metadataProps: metadata.others }),
    ),
  };
}

const namedFields: readonly (keyof ModelMessage)[] = [
  'irVersion',
  'opsetImport',
  'producerName',
  'producerVersion',
  'domain',
  'modelVersion',
  'docString',
  'graph',
  'metadataProps',
];

function decodeBytes(bytes: Uint8Array, maxFields: number): ModelMessage {
  try {
    return decodeMessage('model', bytes, maxFields);
  } catch (cause) {
    refuseOtherFormats(bytes, cause);
    if (isIsonoiseError(cause)) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    // protobufjs throws RangeError if a length or a varint extends beyond the end of the bytes.
    if (cause instanceof RangeError) {
      throw onnxError(
        'ONNX_TRUNCATED',
        `decodeModel: a field exceeds the end of the ${plural(bytes.length, 'byte')} (${message}); expected a complete ONNX model. ` +
          'The file is truncated, damaged or not an ONNX model: get it again and compare its size.',
        { cause },
      );
    }
    throw onnxError(
      'ONNX_MALFORMED',
      `decodeModel: invalid protobuf (${message}); expected an ONNX model. The file is damaged or not an ONNX model: get it again.`,
      { cause },
    );
  }
}

function refuseOtherFormats(bytes: Uint8Array, cause?: unknown): void {
  const other = recognise(bytes);
  if (other !== undefined) throw onnxError('ONNX_NOT_A_MODEL', `decodeModel: ${other}`, { cause });
}
