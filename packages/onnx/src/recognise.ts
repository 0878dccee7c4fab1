/** Other formats that are often passed by mistake: their first bytes, and advice. */
const beginnings: readonly (readonly [offset: number, text: string, format: string, advice: string])[] = [
  [0, 'version https://git-lfs', 'a Git LFS pointer', 'Fetch the file itself with `git lfs pull`.'],
  [4, 'ORTM', "ONNX Runtime's .ort format", 'Use the .onnx file from which it was made.'],
  [0, 'PK\u0003\u0004', 'a zip archive (such as a PyTorch checkpoint)', 'Extract or export the .onnx file.'],
  [0, '\u0089HDF', 'an HDF5 file (Keras)', 'Convert it to ONNX.'],
  [0, '\u0089PNG', 'a PNG image', 'Pass the .onnx file.'],
  [0, 'GGUF', 'a GGUF file', 'Pass the .onnx file.'],
  [4, 'TFL3', 'a TensorFlow Lite model', 'Convert it to ONNX.'],
  [8, '{"', 'a safetensors file (weights without a graph)', 'Pass the .onnx file.'],
  [0, '<', 'markup', 'A failed download often returns a web page: get the file again.'],
  [0, '{', 'JSON', 'Pass the .onnx file.'],
  [0, '\u001f\u008b', 'gzip', 'Decompress it first.'],
];

/**
 * Describes bytes that could not be read as a model: what was found, what was expected, and advice. The first bytes show
 * the format.
 * @returns undefined for an unknown beginning
 */
export function recognise(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'found 0 bytes; expected an ONNX model. Get the file again.';
  const known = beginnings.find(([offset, text]) =>
    Array.from(text).every((char, i) => bytes[offset + i] === char.charCodeAt(0)),
  );
  return known && `found ${known[2]}; expected an ONNX model. ${known[3]}`;
}
