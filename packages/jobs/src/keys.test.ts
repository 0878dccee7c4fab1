import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { JOB_FIELDS, JOB_KEYS, STORE_KEYS, WORKER_KEY, WORKERS_KEY } from './keys.ts';

const FORMATS = path.resolve(import.meta.dirname, '../../../docs/formats.md');

/** Returns the cells of the rows of docs/formats.md in one section. */
function rowsOf(section: string): string[][] {
  const text = readFileSync(FORMATS, 'utf8').split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

it('docs/formats.md lists the keys and the fields', () => {
  const rows = rowsOf('Jobs in Redis');
  const keys = [
    ...Object.values(STORE_KEYS).map((key) => ({ ...key, name: `isonoise:v2${key.suffix}` })),
    { ...WORKER_KEY, name: `isonoise${WORKER_KEY.suffix}<name>` },
    { ...WORKERS_KEY, name: `isonoise${WORKERS_KEY.suffix}` },
    ...Object.values(JOB_KEYS).map((key) => ({ ...key, name: `isonoise:v2:job:<id>${key.suffix}` })),
  ];
  for (const { name, type, expires, content } of keys)
    expect(rows).toContainEqual([`\`${name}\``, type, content, expires]);
  for (const [name, content] of Object.entries(JOB_FIELDS))
    expect(rows).toContainEqual([`\`${name}\``, content]);
});
