import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { BUNDLE_PATHS, readBundle, resealBundle, toSingleFile } from '@isonoise/bundle';
import { nodeFiles } from '@isonoise/runtime-node';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { unpackFiles } from '../serving/unpack-files.ts';
import { createTerminal } from '../terminal/terminal.ts';
import { verifyModel } from './verify-model.ts';

const mnist = path.join(import.meta.dirname, '../../../../models/mnist');
let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-verify-'));
  file = path.join(folder, 'digits.onnx');
  await writeFile(file, toSingleFile(await readBundle(nodeFiles(mnist))));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs `verify --json`. @returns the printed report */
async function verified(model: string): Promise<Record<string, unknown>> {
  const lines: string[] = [];
  const stdout = new Writable({
    write: (chunk, _, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  const terminal = createTerminal({ stdout, stderr: stdout, env: {}, quiet: false });
  await verifyModel(model, { json: true, provider: 'cpu' }, terminal);
  return JSON.parse(lines.join('')) as Record<string, unknown>;
}

it('verify draws the golden image of a single file', async () => {
  const { manifest } = await readBundle(nodeFiles(mnist));
  expect(await verified(file)).toMatchObject({
    name: manifest.name,
    ok: true,
    unproven: [],
    files: [{ path: BUNDLE_PATHS.onnx, status: 'ok', got: manifest.files[BUNDLE_PATHS.onnx]?.sha256 }],
    golden: { ok: true, provider: 'cpu' },
  });
});

it('verify reports that a graph without a golden record is not proven', async () => {
  expect(await verified(path.join(mnist, BUNDLE_PATHS.onnx))).toMatchObject({
    ok: true,
    files: [],
    unproven: [expect.stringContaining('it contains no hash of itself')],
    golden: null,
  });
});

it('verify refuses a single file with changed weights', async () => {
  const bytes = await readFile(file);
  const at = bytes.length >> 1;
  bytes[at] = (bytes[at] as number) ^ 1;
  await writeFile(file, bytes);
  await expect(verified(file)).rejects.toMatchObject({ code: 'BUNDLE_HASH_MISMATCH' });
});

it('verify lists each field that the files of a bundle contradict on a separate line', async () => {
  const model = path.join(folder, 'swapped');
  await cp(mnist, model, { recursive: true });
  const manifest = path.join(model, BUNDLE_PATHS.manifest);
  await writeFile(manifest, (await readFile(manifest, 'utf8')).replace('"0",', '"zero",'));
  await resealBundle(nodeFiles(model));
  await expect(verified(model)).rejects.toMatchObject({
    code: 'CLI_VERIFY_FAILED',
    message: expect.stringMatching(
      /contradict the metadata of unet\/model\.onnx:\n {4}classes: .*"zero".*\n {2}Get the bundle again/,
    ),
  });
});

it('verify escapes line breaks in paths of the manifest', async () => {
  const model = path.join(folder, 'hostile');
  await cp(mnist, model, { recursive: true });
  const added = 'note\nerror forged.txt';
  await writeFile(path.join(model, added), 'a');
  await resealBundle(nodeFiles(model), [added]);
  await writeFile(path.join(model, added), 'b');
  await expect(verified(model)).rejects.toMatchObject({
    message: expect.stringContaining('  note\\x0aerror forged.txt: changed since the export'),
  });
});

it('unpackFiles unpacks a single file into a bundle with the same name; dispose removes the bundle', async () => {
  const unpacked = await unpackFiles([mnist, file]);
  const [first, second = ''] = unpacked.bundles;
  expect(first).toBe(mnist);
  expect(path.basename(second)).toBe('digits');
  const [ours, original] = await Promise.all([second, mnist].map((each) => readBundle(nodeFiles(each))));
  expect(ours?.spec).toEqual(original?.spec);
  expect(ours?.manifest.golden).toEqual(original?.manifest.golden);
  // Comparing megabytes value by value would take minutes.
  expect(Buffer.compare(ours?.onnx ?? Buffer.of(), original?.onnx ?? Buffer.of())).toBe(0);
  await unpacked.dispose();
  await expect(readFile(path.join(second, BUNDLE_PATHS.manifest))).rejects.toMatchObject({ code: 'ENOENT' });
});

it('unpackFiles creates a temporary folder only if there are files to unpack', async () => {
  vi.stubEnv('TMPDIR', path.join(folder, 'missing'));
  try {
    const { bundles, dispose } = await unpackFiles([mnist]);
    expect(bundles).toEqual([mnist]);
    await dispose();
    await expect(unpackFiles([file])).rejects.toMatchObject({ code: 'ENOENT' });
  } finally {
    vi.unstubAllEnvs();
  }
});
