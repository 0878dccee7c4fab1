import { DataError } from './errors.ts';

export interface CsvRecord {
  readonly fields: readonly string[];
  /** Line on which the record begins, from 1. */
  readonly line: number;
}

/**
 * Parses comma-separated values. Skips blank lines. A field in double quotes may contain commas and line endings, and
 * a double quote as `""`.
 *
 * @param file prefix of every error message
 * @throws DataError `DATA_FORMAT`
 * Source: RFC 4180.
 */
export function parseCsv(text: string, file: string): readonly CsvRecord[] {
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let [line, firstLine, at] = [1, 1, 0];
  const fail = (found: string): DataError =>
    new DataError(
      'DATA_FORMAT',
      `${file}:${line}: ${found}; expected comma-separated values as in RFC 4180.`,
      {
        file,
      },
    );
  const plainEnd = /[,"\r\n]/g;
  const endRecord = (): void => {
    if (fields.length > 1 || fields[0] !== '') records.push({ fields, line: firstLine });
    fields = [];
  };
  while (at < text.length) {
    let field = '';
    if (text[at] === '"') {
      for (at++; ; ) {
        const quote = text.indexOf('"', at);
        if (quote < 0) throw fail('a quoted field has no closing quote');
        const part = text.slice(at, quote);
        field += part;
        line += part.split('\n').length - 1;
        at = quote + 1;
        if (text[at] !== '"') break;
        field += '"';
        at++;
      }
    } else {
      plainEnd.lastIndex = at;
      const end = plainEnd.exec(text)?.index ?? text.length;
      field = text.slice(at, end);
      at = end;
    }
    fields.push(field);
    const next = text[at];
    if (next === ',') {
      at++;
      if (at < text.length) continue;
      fields.push('');
    } else if (next === '\r' || next === '\n') at += text.startsWith('\r\n', at) ? 2 : 1;
    else if (next !== undefined) throw fail(`${JSON.stringify(next)} in a field`);
    endRecord();
    firstLine = ++line;
  }
  return records;
}
