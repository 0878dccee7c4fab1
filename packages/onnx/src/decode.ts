import { isIsonoiseError } from '@isonoise/error';
import { decodeGraph } from './decode-graph.ts';
import { decodeSize } from './decode-tensor.ts';
import { splitEntries } from './entries.ts';
import { onnxError } from './errors.ts';
import type { Model } from './model.ts';
import { optional } from './optional.ts';
import { decodeMessage, fromInt64, type ModelMessage, restOf, stated, statesOnly } from './proto.ts';
import { recognise } from './recognise.ts';

/** What `decodeModel` accepts; each limit names the attack it stops. */
export interface DecodeLimits {
  /** Bytes of the file. Protobuf allows none above 2^31 - 1, the default; a server that takes uploads wants less. */
  readonly maxBytes: number;
  /**
   * Protobuf fields, which become objects: two bytes of file can make hundreds of bytes of memory. Default 10
   * million; a node takes about ten and the largest published models have some ten thousand nodes. Graphs may nest
   * about 30 deep, a limit of protobufjs that bounds the stack (100 messages).
   */
  readonly maxFields: number;
}

export const defaultDecodeLimits: DecodeLimits = Object.freeze({
  maxBytes: 2 ** 31 - 1,
  maxFields: 10_000_000,
});

/**
 * Reads an ONNX model. Raw elements of tensors stay where they are: `raw` is a view of `bytes`, so do not write to them.
 * The structure is not judged here: `checkModel` does that.
 *
 * @param bytes the whole file
 * @param limits overrides of `defaultDecodeLimits`
 * @throws ONNX_NOT_A_MODEL, ONNX_TRUNCATED, ONNX_MALFORMED, ONNX_LIMIT
 */
export function decodeModel(bytes: Uint8Array, limits: Partial<DecodeLimits> = {}): Model {
  const { maxBytes, maxFields } = { ...defaultDecodeLimits, ...limits };
  if (bytes.length > maxBytes) {
    throw onnxError('ONNX_LIMIT', `decodeModel: ${bytes.length} bytes, limit ${maxBytes} (limits.maxBytes).`);
  }
  const message = decodeBytes(bytes, maxFields);
  const graph = stated(message, 'graph');
  if (graph === undefined) {
    refuseOtherFormats(bytes);
    throw onnxError(
      'ONNX_NOT_A_MODEL',
      `decodeModel: not a whole ONNX model: ${bytes.length} bytes of protobuf without a graph. ` +
        'A cut-off download or another protobuf format looks like this; compare the size or the SHA-256 with the source.',
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
    // protobufjs: a length or a varint reaches beyond the end.
    if (cause instanceof RangeError) {
      throw onnxError(
        'ONNX_TRUNCATED',
        `decodeModel: a field reaches beyond the end of the ${bytes.length} bytes (${message}): ` +
          'the file is cut off or damaged, or it is not an ONNX model. Get it again and compare its size.',
        { cause },
      );
    }
    throw onnxError('ONNX_MALFORMED', `decodeModel: damaged, or not an ONNX model: ${message}.`, {
      cause,
    });
  }
}

function refuseOtherFormats(bytes: Uint8Array, cause?: unknown): void {
  const other = recognise(bytes);
  if (other !== undefined)
    throw onnxError('ONNX_NOT_A_MODEL', `decodeModel: not an ONNX model: ${other}.`, { cause });
}
