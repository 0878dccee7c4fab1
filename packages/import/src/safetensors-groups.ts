import { decodeSafetensors, FLOAT_TYPES, isFloatType, type SafeTensor, toFloat32 } from '@isonoise/bundle';
import { plural } from '@isonoise/error';
import { importError } from './errors.ts';
import { MAX_ARRAY_BYTES } from './limits.ts';
import type { SourceFile } from './source.ts';
import { addShardTensor, type StoredTensor, type TensorGroup } from './stored-tensor.ts';

/**
 * Reads the tensors of safetensors files, which together form one model.
 *
 * @param files one file, or the shards of a model
 * @throws `IMPORT_FILE` if two shards have the same tensor, or a file has more than 4 GiB; errors of `decodeSafetensors`
 */
export async function safetensorsGroup(files: readonly SourceFile[]): Promise<TensorGroup> {
  const tensors = new Map<string, StoredTensor>();
  for (const file of files) {
    if (file.size > MAX_ARRAY_BYTES) {
      throw importError(
        'IMPORT_FILE',
        `import: ${file.description} has ${plural(file.size, 'byte')}; expected at most ${MAX_ARRAY_BYTES}. Save the weights in several files.`,
      );
    }
    const decoded = decodeSafetensors(await file.read(0, file.size), `import: ${file.description}`);
    for (const [name, tensor] of decoded.tensors) addShardTensor(tensors, name, stored(tensor, file), file);
  }
  return { path: '', tensors };
}

function stored(tensor: SafeTensor, file: SourceFile): StoredTensor {
  const { name, dtype, shape } = tensor;
  return {
    shape,
    dtype,
    async read() {
      if (isFloat(tensor)) return toFloat32(tensor);
      throw notFloat(file, name, dtype);
    },
  };
}

const isFloat = (tensor: SafeTensor): tensor is Parameters<typeof toFloat32>[0] => isFloatType(tensor.dtype);

/** Returns the error for a weight of an element type that is not converted. */
function notFloat(file: SourceFile, name: string, dtype: string): Error {
  return importError(
    'IMPORT_WEIGHTS',
    `import: ${file.description}: ${name} has the element type ${dtype}; expected ${FLOAT_TYPES.join(', ')}. ` +
      'Save the weights as floats.',
  );
}
