import { DataError } from './errors.ts';
import { DATA_LIMITS } from './limits.ts';

export const METADATA_FILE = 'metadata.jsonl';
/** Length of `metadata.jsonl`; 64 bytes an image at the limit of images. */
const MAX_BYTES = 64 * DATA_LIMITS.images;

export interface MetadataRow {
  /** Relative to the folder, with `/`. */
  readonly fileName: string;
  readonly label?: string | number;
  /** Where it stands, for messages: `…/metadata.jsonl:3`. */
  readonly where: string;
}

/**
 * Parses `metadata.jsonl`: one JSON object a line, `{"file_name": "a.png", "label": "cat"}`; the label is a string, an
 * integer or absent, and alike in all rows. Other keys are allowed and ignored.
 *
 * @param file begins every message
 * @throws DataError `DATA_FORMAT` (no JSON, no `file_name`, one that leaves the folder, one twice), `DATA_LABEL`,
 * `DATA_EMPTY`, `DATA_LIMIT`; each names the line.
 * Source: Hugging Face datasets, "ImageFolder".
 */
export function parseMetadata(text: string, file: string): readonly MetadataRow[] {
  if (text.length > MAX_BYTES)
    throw new DataError('DATA_LIMIT', `${file}: longer than ${MAX_BYTES}`, { file });
  const rows: MetadataRow[] = [];
  const lines = new Map<string, string>();
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const row = parseRow(line, `${file}:${i + 1}`, file);
    const before = lines.get(row.fileName);
    if (before !== undefined)
      throw new DataError('DATA_FORMAT', `${row.where}: ${row.fileName} is already in ${before}`, { file });
    lines.set(row.fileName, row.where);
    const [first] = rows;
    if (first !== undefined && typeof first.label !== typeof row.label)
      throw new DataError(
        'DATA_LABEL',
        `${row.where}: label is ${JSON.stringify(row.label) ?? 'absent'}, but in ${first.where} it is ${JSON.stringify(first.label) ?? 'absent'}: labels are all strings, all integers, or all absent`,
        { file },
      );
    rows.push(row);
  }
  if (rows.length === 0) throw new DataError('DATA_EMPTY', `${file}: no rows`, { file });
  return rows;
}

function parseRow(line: string, where: string, file: string): MetadataRow {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch (cause) {
    throw new DataError('DATA_FORMAT', `${where}: not JSON`, { file, cause });
  }
  const fileName = typeof row === 'object' && row !== null && 'file_name' in row ? row.file_name : undefined;
  if (typeof row !== 'object' || row === null || typeof fileName !== 'string' || fileName === '')
    throw new DataError('DATA_FORMAT', `${where}: want an object with "file_name", a string`, { file });
  const parts = fileName.split('/');
  if (fileName.includes('\\') || parts.some((part) => part === '' || part === '.' || part === '..'))
    throw new DataError(
      'DATA_FORMAT',
      `${where}: file_name ${JSON.stringify(fileName)}; want a plain path in the folder with / and without . or ..`,
      { file },
    );
  const label = 'label' in row ? row.label : undefined;
  if (label === undefined) return { fileName, where };
  if (typeof label === 'string' && label !== '') return { fileName, where, label };
  if (typeof label === 'number' && Number.isInteger(label) && label >= 0 && label < DATA_LIMITS.classes)
    return { fileName, where, label };
  throw new DataError(
    'DATA_LABEL',
    `${where}: label is ${JSON.stringify(label)}; want a string or an integer from 0 to ${DATA_LIMITS.classes - 1}`,
    { file },
  );
}
