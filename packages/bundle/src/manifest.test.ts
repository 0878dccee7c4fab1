import { describe, expect, it } from 'vitest';
import { changed, failure, parts, written } from '../testdata/digits.ts';
import { BUNDLE_PATHS, memoryFiles } from './files.ts';
import { parseJsonObject } from './json.ts';
import { readBundle } from './read-bundle.ts';
import { writeBundle } from './write-bundle.ts';

const record = { sha256: 'a'.repeat(64), bytes: 3 };

async function records(): Promise<object> {
  const bytes = await (await written()).read(BUNDLE_PATHS.manifest);
  return parseJsonObject(bytes, BUNDLE_PATHS.manifest).files as object;
}

describe('the manifest', () => {
  it.each(['__proto__', 'prototype', 'constructor', 'isonoise.json'])(
    'cannot have a record of a file named %s',
    async (name) => {
      const files = Object.fromEntries([...Object.entries(await records()), [name, record]]);
      const error = await failure(readBundle(await changed(BUNDLE_PATHS.manifest, { files })));
      expect(error.code).toBe('BUNDLE_FILE_INVALID');
      expect(error.message).toContain(
        'files: expected an object with the records of the other files, none of them named __proto__, prototype, ' +
          'constructor, isonoise.json',
      );
    },
  );

  it('is not written if it cannot record one of the files', async () => {
    const files = memoryFiles();
    const extra = Object.fromEntries([['constructor', Uint8Array.of(1)]]);
    expect((await failure(writeBundle(files, { ...parts, extra }))).code).toBe('BUNDLE_FILE_INVALID');
    expect(await files.list()).toEqual([]);
  });

  it.each(['toString', 'constructor', 'theirs'])('cannot have a key %s', async (key) => {
    const error = await failure(readBundle(await changed(BUNDLE_PATHS.manifest, { [key]: 1 })));
    expect(error.code).toBe('BUNDLE_FILE_INVALID');
    expect(error.message).toContain(`${key}: unknown key; allowed are format, formatVersion, name`);
  });
});
