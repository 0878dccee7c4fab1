import { plural } from '@isonoise/error';
import { byteLength } from './data-type.ts';
import { onnxError } from './errors.ts';
import type { Model, TensorData } from './model.ts';

export interface SplitOptions {
  /** Path of the data file relative to the model file, with forward slashes. */
  readonly location: string;
  /**
   * Initializers below this size stay in the model. Default 1024 bytes, so that the model contains the shapes and scalars
   * that runtimes fold.
   */
  readonly minBytes?: number;
}

export interface SplitModel {
  /** The model, with large initializers that point into the data file. */
  readonly model: Model;
  /** The parts of the data file, in order: views of the model's bytes, and padding. */
  readonly chunks: readonly Uint8Array[];
  readonly byteLength: number;
}

/** Alignment of offsets. onnx.proto recommends multiples of the page size, so that the file can be mapped. */
const PAGE = 4096;

/**
 * Moves the large initializers of the main graph to a separate file, for models over protobuf's limit of 2 GB. No bytes
 * are copied. Runtimes expect the file beside the model.
 *
 * @throws ONNX_EXTERNAL_DATA if `location` is not a relative path below the model's folder
 */
export function splitExternalData(model: Model, options: SplitOptions): SplitModel {
  const { location, minBytes = 1024 } = options;
  checkLocation(location, 'splitExternalData');
  const chunks: Uint8Array[] = [];
  let length = 0;
  const push = (chunk: Uint8Array): void => {
    if (chunk.length > 0) chunks.push(chunk);
    length += chunk.length;
  };
  const initializers = model.graph.initializers.map((tensor): TensorData => {
    if (tensor.external !== undefined || tensor.raw.length === 0 || tensor.raw.length < minBytes)
      return tensor;
    push(new Uint8Array((PAGE - (length % PAGE)) % PAGE));
    const external = { location, offset: String(length), length: String(tensor.raw.length) };
    push(tensor.raw);
    return { ...tensor, raw: new Uint8Array(0), external };
  });
  return { model: { ...model, graph: { ...model.graph, initializers } }, chunks, byteLength: length };
}

/**
 * Loads elements from other files into the initializers of the main graph.
 *
 * @param read returns bytes of a file. The path of the file is relative to the model's folder. If the length is
 *   undefined, it returns all bytes up to the end of the file. Locations outside the folder (`..`, absolute paths, drive
 *   letters) are rejected before `read` is called
 * @throws ONNX_EXTERNAL_DATA if a location is outside the folder, an offset or length is invalid, or the number of bytes
 *   is wrong
 */
export function loadExternalData(
  model: Model,
  read: (location: string, offset: number, length: number | undefined) => Uint8Array,
): Model {
  const initializers = model.graph.initializers.map((tensor): TensorData => {
    if (tensor.external === undefined) return tensor;
    const { external, ...others } = tensor;
    const what = `loadExternalData: tensor '${tensor.name}'`;
    const location = external.location ?? '';
    checkLocation(location, what);
    const offset = wholeNumber(external.offset ?? '0', `${what}: offset`);
    const length =
      external.length === undefined ? undefined : wholeNumber(external.length, `${what}: length`);
    const raw = read(location, offset, length);
    const expected = byteLength(tensor.dataType, tensor.dims);
    if (raw.length !== expected) {
      throw onnxError(
        'ONNX_EXTERNAL_DATA',
        `${what}: '${location}' has ${plural(raw.length, 'byte')} at ${offset}; expected ${expected} for ` +
          `${tensor.dataType}[${tensor.dims}]. The data file is truncated or belongs to a different model: get it again.`,
      );
    }
    return { ...others, raw };
  });
  return { ...model, graph: { ...model.graph, initializers } };
}

function wholeNumber(text: string, what: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw onnxError(
    'ONNX_EXTERNAL_DATA',
    `${what} is '${text}'; expected a whole number. Get the model again.`,
  );
}

/** Rejects locations outside the model's folder, because a downloaded model must not access other files. */
function checkLocation(location: string, what: string): void {
  const parts = location.split(/[\\/]/);
  if (
    location !== '' &&
    !location.includes(':') &&
    !location.includes('\0') &&
    parts[0] !== '' &&
    !parts.includes('..')
  )
    return;
  throw onnxError(
    'ONNX_EXTERNAL_DATA',
    `${what}: location ${JSON.stringify(location)}; expected a relative path without '..'. Use a file in the model's folder.`,
  );
}
