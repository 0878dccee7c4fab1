import { plural } from '@isonoise/error';
import { importError } from './errors.ts';
import { safetensorsGroup } from './safetensors-groups.ts';
import type { SourceFile } from './source.ts';
import type { TensorGroup } from './stored-tensor.ts';
import { isLegacy } from './torch/legacy-file.ts';
import { torchGroups } from './torch/torch-groups.ts';

/**
 * Reads the sets of tensors of weights files. The format is recognized by the first bytes, because file names vary.
 *
 * @param files one file, or the shards of a model in one format
 * @throws `IMPORT_FILE` if a file is damaged or of an unknown format; errors of `decodeSafetensors`
 */
export async function readGroups(files: readonly SourceFile[]): Promise<readonly TensorGroup[]> {
  const kinds = await Promise.all(files.map(kindOf));
  const [kind] = kinds;
  const other = kinds.findIndex((each) => each !== kind);
  if (kind === undefined || other !== -1) {
    throw importError(
      'IMPORT_FILE',
      `import: the weights are in ${plural(files.length, 'file')} of different formats (${files[other]?.description}); expected ` +
        'shards of one format. Get the files again.',
    );
  }
  return READERS[kind](files);
}

const READERS = {
  safetensors: async (files) => [await safetensorsGroup(files)],
  torch: torchGroups,
} as const satisfies Readonly<
  Record<string, (files: readonly SourceFile[]) => Promise<readonly TensorGroup[]>>
>;

type Kind = keyof typeof READERS;

/** The first bytes of a zip archive, in which PyTorch stores checkpoints: `PK\x03\x04`. */
const ZIP_BEGIN = [0x50, 0x4b, 3, 4];

async function kindOf(file: SourceFile): Promise<Kind> {
  const head = await file.read(0, Math.min(16, file.size));
  // safetensors: the length of the header in 8 bytes, and the header, which is a JSON object.
  if (head[8] === 0x7b) return 'safetensors';
  if (ZIP_BEGIN.every((byte, i) => head[i] === byte)) return 'torch';
  if (isLegacy(head)) return 'torch';
  throw importError(
    'IMPORT_FILE',
    `import: ${file.description} begins with ${Array.from(head.subarray(0, 4), hex).join(' ') || 'nothing'}; expected ` +
      'safetensors, or a checkpoint of PyTorch. Name the weights file of a model.',
  );
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');
