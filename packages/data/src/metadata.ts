import { plural } from '@isonoise/error';
import { parseCsv } from './csv.ts';
import { DataError } from './errors.ts';
import { DATA_LIMITS } from './limits.ts';

/** Maximum length of a metadata file in characters, which allows 64 for each image of the largest set. */
const MAX_LENGTH = 64 * DATA_LIMITS.images;

export interface MetadataRow {
  /** Path relative to the folder of the metadata, with `/`, in Unicode's composed form (NFC). */
  readonly fileName: string;
  readonly label?: string | number;
  /** Values of the columns `tags` and `text`, of any type. The values are checked when they are used. */
  readonly tags?: unknown;
  readonly text?: unknown;
  /** Position of the row for messages, such as `…/metadata.jsonl:3`. */
  readonly where: string;
}

/** An unchecked row of a file. */
interface RawRow {
  readonly value: unknown;
  readonly where: string;
}

/** Readers of metadata files, by file name. */
const READERS: Readonly<Record<MetadataFile, (text: string, file: string) => readonly RawRow[]>> = {
  'metadata.jsonl': jsonLines,
  'metadata.csv': csvRows,
};

export type MetadataFile = 'metadata.jsonl' | 'metadata.csv';

/** Names of the supported metadata files. */
export const METADATA_FILES: readonly MetadataFile[] = Object.keys(READERS) as MetadataFile[];

/**
 * Parses `metadata.jsonl`, with one JSON object per line (`{"file_name": "a.png", "label": "cat"}`), or
 * `metadata.csv`, with column names and then one row per image. Labels are all strings, all integers or all absent.
 * In CSV, labels are integers if all of them consist of digits. Other keys than `file_name`, `label`, `tags` and
 * `text` are ignored.
 *
 * @param kind file name, which decides the format
 * @param file prefix of every error message
 * @throws DataError `DATA_FORMAT` if a row is not valid, or its `file_name` is missing, repeated or outside the
 *   folder; `DATA_LABEL`; `DATA_EMPTY`; `DATA_LIMIT`.
 * Source: Hugging Face datasets, "ImageFolder".
 */
export function parseMetadata(text: string, file: string, kind: MetadataFile): readonly MetadataRow[] {
  if (text.length > MAX_LENGTH)
    throw new DataError(
      'DATA_LIMIT',
      `${file}: found ${plural(text.length, 'character')}; expected at most ${MAX_LENGTH}. Use fewer images.`,
      {
        file,
      },
    );
  const rows: MetadataRow[] = [];
  const lines = new Map<string, string>();
  for (const raw of READERS[kind](text, file)) {
    const row = checkedRow(raw, file);
    const earlier = lines.get(row.fileName);
    if (earlier !== undefined)
      throw new DataError(
        'DATA_FORMAT',
        `${row.where}: ${row.fileName} is already in ${earlier}; expected one row per image.`,
        { file },
      );
    lines.set(row.fileName, row.where);
    const [first] = rows;
    if (first !== undefined && typeof first.label !== typeof row.label)
      throw new DataError(
        'DATA_LABEL',
        `${row.where}: label is ${JSON.stringify(row.label) ?? 'absent'}, but in ${first.where} it is ` +
          `${JSON.stringify(first.label) ?? 'absent'}; expected all strings, all integers, or all absent.`,
        { file },
      );
    rows.push(row);
  }
  if (rows.length === 0)
    throw new DataError('DATA_EMPTY', `${file}: found no rows; expected one per image.`, { file });
  return rows;
}

function jsonLines(text: string, file: string): readonly RawRow[] {
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    const where = `${file}:${i + 1}`;
    try {
      return [{ value: JSON.parse(line) as unknown, where }];
    } catch (cause) {
      throw new DataError('DATA_FORMAT', `${where}: not JSON; expected a JSON object. Correct the line.`, {
        file,
        cause,
      });
    }
  });
}

function csvRows(text: string, file: string): readonly RawRow[] {
  const [head, ...records] = parseCsv(text, file);
  const columns = head?.fields.map((name) => name.trim()) ?? [];
  if (head !== undefined && !columns.includes('file_name'))
    throw new DataError(
      'DATA_FORMAT',
      `${file}:${head.line}: columns ${columns.map((name) => JSON.stringify(name)).join(', ')}; expected one named ` +
        '"file_name" and, for classes, one named "label", separated by commas.',
      { file },
    );
  const rows = records.map(({ fields, line }) => {
    const where = `${file}:${line}`;
    if (fields.length !== columns.length)
      throw new DataError(
        'DATA_FORMAT',
        `${where}: ${plural(fields.length, 'field')}; expected ${columns.length}, as in the first line (${columns.join(', ')}).`,
        { file },
      );
    return { value: Object.fromEntries(columns.map((name, i) => [name, fields[i]])), where };
  });
  const whole = rows.every(({ value }) => /^\d+$/.test(value.label ?? ''));
  return whole
    ? rows.map(({ value, where }) => ({ value: { ...value, label: Number(value.label) }, where }))
    : rows;
}

function checkedRow({ value: row, where }: RawRow, file: string): MetadataRow {
  const named = typeof row === 'object' && row !== null && 'file_name' in row ? row.file_name : undefined;
  if (typeof row !== 'object' || row === null || typeof named !== 'string' || named === '') {
    const keys = typeof row === 'object' && row !== null ? Object.keys(row).join(', ') : JSON.stringify(row);
    throw new DataError(
      'DATA_FORMAT',
      `${where}: found ${keys || 'nothing'}; expected an object with a string "file_name".`,
      { file },
    );
  }
  const fileName = named.normalize('NFC');
  const parts = fileName.split('/');
  if (fileName.includes('\\') || parts.some((part) => part === '' || part === '.' || part === '..'))
    throw new DataError(
      'DATA_FORMAT',
      `${where}: file_name ${JSON.stringify(fileName)}; expected a path inside the folder, with / and without . or ..`,
      { file },
    );
  const label = 'label' in row ? row.label : undefined;
  const described = {
    fileName,
    where,
    ...('tags' in row && { tags: row.tags }),
    ...('text' in row && { text: row.text }),
  };
  if (label === undefined) return described;
  if (typeof label === 'string' && label !== '') return { ...described, label: label.normalize('NFC') };
  if (typeof label === 'number' && Number.isInteger(label) && label >= 0 && label < DATA_LIMITS.classes)
    return { ...described, label };
  throw new DataError(
    'DATA_LABEL',
    `${where}: label is ${JSON.stringify(label)}; expected a string or an integer from 0 to ${DATA_LIMITS.classes - 1}`,
    { file },
  );
}
