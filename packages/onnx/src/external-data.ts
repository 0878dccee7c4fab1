import { byteLength } from './data-type.ts';
import { onnxError } from './errors.ts';
import type { Model, TensorData } from './model.ts';

export interface SplitOptions {
  /** Name of the data file, relative to the model file; forward slashes. */
  readonly location: string;
  /** Initializers of fewer bytes stay in the model. Default 1024: shapes and scalars, which runtimes fold. */
  readonly minBytes?: number;
}

export interface SplitModel {
  /** The model whose large initializers point into the data file. */
  readonly model: Model;
  /** The data file: write these one after another. Views of the model's own bytes, and padding. */
  readonly chunks: readonly Uint8Array[];
  readonly byteLength: number;
}

/** onnx.proto: offsets should be multiples of the page size, so that the file can be mapped. */
const PAGE = 4096;

/**
 * Moves the large initializers of the main graph to a file of their own, for models over protobuf's 2 GB. Nothing is
 * copied. A runtime reads the file beside the model.
 *
 * @throws ONNX_EXTERNAL_DATA where `location` is no relative path below the model's folder
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
 * Puts the elements that are in other files back into the initializers of the main graph.
 *
 * @param read the bytes of a file, named relative to the model's folder; length undefined means to its end. It must
 *   not leave that folder: locations with `..`, absolute paths and drive letters are refused before it is asked.
 * @throws ONNX_EXTERNAL_DATA for such a location, a bad offset or length, or a wrong number of bytes
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
    const wanted = byteLength(tensor.dataType, tensor.dims);
    if (raw.length !== wanted) {
      throw onnxError(
        'ONNX_EXTERNAL_DATA',
        `${what}: '${location}' gave ${raw.length} bytes at ${offset}; ${tensor.dataType}[${tensor.dims}] wants ${wanted}. ` +
          'The data file is cut off or belongs to another model.',
      );
    }
    return { ...others, raw };
  });
  return { ...model, graph: { ...model.graph, initializers } };
}

function wholeNumber(text: string, what: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw onnxError('ONNX_EXTERNAL_DATA', `${what} is '${text}'; a whole number is wanted.`);
}

/** A model from elsewhere must not name files outside its folder. */
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
    `${what}: location ${JSON.stringify(location)}; wanted a file below the model's folder, as a relative path without '..'.`,
  );
}
