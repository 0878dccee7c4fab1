import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { fileRepresentation } from './representation.ts';

it('fileRepresentation is undefined for a path that is missing or not a regular file', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'isonoise-representation-'));
  try {
    const at = (name: string): string => path.join(folder, name);
    await writeFile(at('file'), 'text');
    await symlink(at('file'), at('link'));
    const file = await fileRepresentation(at('file'), 'identity');
    expect(file?.size).toBe(4);
    await file?.close();
    for (const name of ['absent', 'link', 'file/below', '.'])
      expect(await fileRepresentation(at(name), 'identity'), name).toBeUndefined();
  } finally {
    await rm(folder, { recursive: true });
  }
});
