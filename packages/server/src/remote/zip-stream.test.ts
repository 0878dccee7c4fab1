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
it.each([0, 1, 3, 65_535, 65_536])(
  'all files of an archive are found if their number is %i',
  async (count) => {
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
  },
);

it('a file that begins beyond the first 4 GiB of an archive is found', async () => {
  // 65 files share one buffer of 64 MiB of zeros. The archive is larger than 4 GiB, but only the bytes around the zeros
  // are kept.
  const zeros = new Uint8Array(1 << 26);
  async function* files(): AsyncGenerator<ZipFile, void, undefined> {
    for (let i = 0; i < 65; i++) yield { name: `${i}`, bytes: zeros };
    yield { name: 'last', bytes: Buffer.from('behind') };
  }
  let size = 0;
  const kept: { readonly start: number; readonly bytes: Uint8Array }[] = [];
  for await (const bytes of zipOf(files())) {
    if (bytes !== zeros) kept.push({ start: size, bytes });
    size += bytes.length;
  }
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    const bytes = new Uint8Array(end - start);
    for (const part of kept) {
      const from = Math.max(start, part.start);
      const to = Math.min(end, part.start + part.bytes.length);
      if (from < to) bytes.set(part.bytes.subarray(from - part.start, to - part.start), from - start);
    }
    return bytes;
  };
  const limits = { files: 100, fileBytes: 1 << 26, bytes: 2 ** 33, ratio: 1 };
  const found = await readZipDirectory({ size, description: 'a.zip', read }, limits);
  let expected = 0;
  for (const [name, { start, bytes }] of found) {
    expect(start).toBe(expected);
    // The local header of a file has 30 bytes and its name.
    expected += 30 + name.length + bytes;
  }
  const { start = 0 } = found.get('last') ?? {};
  expect(start).toBeGreaterThan(2 ** 32);
  expect(Buffer.from(await read(start + 34, start + 40)).toString()).toBe('behind');
});

it('equal files give equal archives, which fflate unpacks', async () => {
  const bytes = await archive(65_536);
  expect(bytes.equals(await archive(65_536))).toBe(true);
  const files = unzipSync(bytes);
  expect(Object.keys(files)).toHaveLength(65_536);
  expect(Buffer.from(files['65535-é.txt'] ?? []).toString()).toBe('file 65535');
});
