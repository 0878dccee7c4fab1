import { unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { readZipDirectory } from '../../../bundle/src/zip/zip-directory.ts';
import { type ZipFile, zipOf } from './zip-stream.ts';

async function* numbered(count: number): AsyncGenerator<ZipFile, void, undefined> {
  for (let i = 0; i < count; i++) yield { name: `${i}-é.txt`, bytes: Buffer.from(`file ${i}`) };
}
async function archive(count: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of zipOf(numbered(count))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

// 65,536 files need the records of zip64.
it.each([0, 1, 3, 65_535, 65_536])('an archive of %i files is read with all of them', async (count) => {
  const bytes = await archive(count);
  const files = await readZipDirectory(
    { size: bytes.length, description: 'a.zip', read: async (start, end) => bytes.subarray(start, end) },
    { files: 100_000, fileBytes: 100, bytes: 1e7, ratio: 1 },
  );
  expect(files.size).toBe(count);
  for (const i of [0, count - 1].slice(0, count)) {
    const { start = 0, bytes: length = 0 } = files.get(`${i}-é.txt`) ?? {};
    const from = start + 30 + Buffer.byteLength(`${i}-é.txt`);
    expect(bytes.subarray(from, from + length).toString()).toBe(`file ${i}`);
  }
});

it('equal files give equal archives, which fflate unpacks', async () => {
  const bytes = await archive(65_536);
  expect(bytes.equals(await archive(65_536))).toBe(true);
  const files = unzipSync(bytes);
  expect(Object.keys(files)).toHaveLength(65_536);
  expect(Buffer.from(files['65535-é.txt'] ?? []).toString()).toBe('file 65535');
});
