/** Files that people hand over by mistake, by how they begin. */
const beginnings: readonly (readonly [offset: number, text: string, what: string])[] = [
  [0, 'version https://git-lfs', 'a Git LFS pointer; fetch the file itself with `git lfs pull`'],
  [4, 'ORTM', "ONNX Runtime's own .ort format; use the .onnx file it was made from"],
  [0, 'PK\u0003\u0004', 'a zip archive (a PyTorch checkpoint is one); extract or export the .onnx file'],
  [0, '\u0089HDF', 'an HDF5 file (Keras); convert it to ONNX'],
  [0, '\u0089PNG', 'a PNG picture'],
  [0, 'GGUF', 'a GGUF file'],
  [4, 'TFL3', 'a TensorFlow Lite model; convert it to ONNX'],
  [8, '{"', 'a safetensors file: weights without a graph'],
  [0, '<', 'markup; a download that failed often leaves a web page'],
  [0, '{', 'JSON'],
  [0, '\u001f\u008b', 'gzip; decompress it first'],
];

/** What bytes that could not be read as a model are, where their beginning tells; else undefined. */
export function recognise(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'there are no bytes at all';
  return beginnings.find(([offset, text]) =>
    Array.from(text).every((char, i) => bytes[offset + i] === char.charCodeAt(0)),
  )?.[2];
}
