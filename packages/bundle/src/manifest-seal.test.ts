import { createHash } from 'node:crypto';
import { isIsonoiseError } from '@isonoise/error';
import { describe, expect, it } from 'vitest';
import { failure, parts, spec, written } from '../testdata/digits.ts';

import { BUNDLE_PATHS, memoryFiles } from './files.ts';
import { parseManifest } from './manifest.ts';
import { checkSeal, sealManifest } from './manifest-seal.ts';
import { readBundle } from './read-bundle.ts';
import { writeBundle } from './write-bundle.ts';

/** Returns the manifest of a small bundle. The manifest has every field. */
async function small(): Promise<Uint8Array> {
  const files = memoryFiles();
  await writeBundle(files, { ...parts, spec });
  return files.read(BUNDLE_PATHS.manifest);
}

function refusal(bytes: Uint8Array): string | undefined {
  try {
    parseManifest(bytes);
    return undefined;
  } catch (error) {
    if (isIsonoiseError(error)) return error.code;
    throw error;
  }
}

describe('the hash of isonoise.json itself', () => {
  it('detects a flip of any single bit', async () => {
    const bytes = await small();
    expect(refusal(bytes)).toBeUndefined();
    const accepted: number[] = [];
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      if (refusal(flipped) === undefined) accepted.push(bit);
    }
    expect(bytes.length).toBeGreaterThan(1000);
    expect(accepted).toEqual([]);
  });

  it('detects a number that is written with other digits, and a duplicate key', async () => {
    const text = new TextDecoder().decode(await small());
    for (const [from, to] of [
      ['0.10000000149011612', '0.100000001490116120'],
      ['-1.5', '-1.50'],
      ['-1.5', '-15e-1'],
      ['"name"', '"name": "other",\n"name"'],
    ] as const) {
      expect(text).toContain(from);
      expect(refusal(new TextEncoder().encode(text.replace(from, to)))).toBe('BUNDLE_HASH_MISMATCH');
    }
  });

  it('does not depend on line endings, indentation or a byte order mark', async () => {
    const text = new TextDecoder().decode(await small());
    for (const same of [
      text.replaceAll('\n', '\r\n'),
      JSON.stringify(JSON.parse(text)),
      JSON.stringify(JSON.parse(text), null, '\t'),
      `\uFEFF${text}`,
    ]) {
      expect(refusal(new TextEncoder().encode(same))).toBeUndefined();
    }
  });

  it('is the SHA-256 of the compact JSON without the hash', async () => {
    const { sha256, ...content } = JSON.parse(new TextDecoder().decode(await small())) as { sha256: string };
    expect(sha256).toBe(createHash('sha256').update(JSON.stringify(content)).digest('hex'));
  });

  it('works for a manifest with a string of 15 MB', () => {
    const { bytes, sha256 } = sealManifest({ name: 'long', note: 'x'.repeat(15_000_000) });
    expect(() => checkSeal(bytes)).not.toThrow();
    expect(new TextDecoder().decode(bytes.subarray(-69))).toBe(`"${sha256}"\n}\n`);
  });

  it('is checked on reading, with an error that contains the path of the file and advice', async () => {
    const files = await written();
    const text = new TextDecoder().decode(await files.read(BUNDLE_PATHS.manifest));
    await files.write(BUNDLE_PATHS.manifest, new TextEncoder().encode(text.replace('mnist', 'nmist')));
    const error = await failure(readBundle(files));
    expect(error.code).toBe('BUNDLE_HASH_MISMATCH');
    expect(error.message).toMatch(
      /^isonoise\.json: the SHA-256 of its content is .*Get it again.*resealBundle/,
    );
    await expect(readBundle(files, { verifyHashes: false })).resolves.toMatchObject({
      manifest: { training: { dataset: 'nmist' } },
    });
  });
});
