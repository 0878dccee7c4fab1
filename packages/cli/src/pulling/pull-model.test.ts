import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { BUNDLE_PATHS, memoryFiles, readBundle } from '@isonoise/bundle';
import { nodeFiles } from '@isonoise/runtime-node';
import { zipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeSmallestBundle } from '../../testdata/smallest-bundle.ts';
import { takeLock } from '../lock-file.ts';
import { createTerminal } from '../terminal/terminal.ts';
import { pullModel } from './pull-model.ts';

let files: Map<string, Uint8Array>;
let whole: ReadonlyMap<string, Uint8Array>;
let server: Server;
let folder: string;

beforeAll(async () => {
  const bundle = memoryFiles();
  const data = Float32Array.from({ length: 5000 }, (_, i) => i);
  await writeSmallestBundle(bundle, [{ name: 'conv_in.weight', dtype: 'F32', shape: [data.length], data }]);
  const paths = await bundle.list();
  whole = new Map(await Promise.all(paths.map(async (each) => [each, await bundle.read(each)] as const)));
  server = createServer((request, response) => {
    const content = files.get((request.url ?? '').replace(/^\/models\//, ''));
    response.writeHead(content === undefined ? 404 : 200, { etag: '"1"' }).end(content);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(async () => {
  files = new Map([...whole].map(([each, bytes]) => [`digits/${each}`, bytes]));
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-pull-'));
});
afterEach(() => rm(folder, { recursive: true }));

interface Given {
  readonly sha256?: string;
  readonly mostGigabytes?: number;
}

/** Pulls a model into the folder `out`. @returns the JSON that the command prints */
async function pull(from: string, flags: Given = {}) {
  const { out, printed } = await pullText(from, { ...flags, json: true });
  return { out, printed: JSON.parse(printed) as { kind: string; files: Record<string, string> } };
}

async function pullText(from: string, flags: Given & { readonly json?: boolean }) {
  let printed = '';
  const stdout = new Writable({
    write(chunk, _, done) {
      printed += String(chunk);
      done();
    },
  });
  const terminal = createTerminal({
    stdout,
    stderr: new Writable({ write: (_, __, done) => done() }),
    env: {},
  });
  const { port } = server.address() as AddressInfo;
  const out = path.join(folder, 'out');
  await pullModel(`http://127.0.0.1:${port}/models/${from}`, { out, mostGigabytes: 1, ...flags }, terminal);
  return { out, printed };
}

describe('pullModel', () => {
  it('counts all files of a bundle, including its manifest', async () => {
    const { printed } = await pullText('digits', {});
    expect(printed).toMatch(new RegExp(`out: ${whole.size} files\\n`));
  });

  it('downloads the folder of a bundle, and leaves no other files', async () => {
    const { out, printed } = await pull('digits');
    const bundle = await readBundle(nodeFiles(out));
    expect(bundle.manifest.name).toBe('digits');
    expect(printed).toMatchObject({ kind: 'bundle', files: { [BUNDLE_PATHS.onnx]: expect.any(String) } });
    for (const [each, bytes] of whole)
      expect(await readFile(path.join(out, each))).toEqual(Buffer.from(bytes));
    expect(await readdir(folder)).toEqual(['out']);
  });

  it('downloads a .zip', async () => {
    files = new Map([['digits.zip', zipSync(Object.fromEntries(whole), { level: 0 })]]);
    const { out } = await pull('digits.zip');
    expect((await readBundle(nodeFiles(out))).manifest.name).toBe('digits');
    expect(await readdir(folder)).toEqual(['out']);
  });

  it('downloads those files of a diffusers model that exist', async () => {
    const weights = BUNDLE_PATHS.weights;
    const paths = [BUNDLE_PATHS.modelIndex, BUNDLE_PATHS.networkConfig, BUNDLE_PATHS.scheduler, weights];
    for (const each of whole.keys()) if (!paths.some((path) => path === each)) files.delete(`digits/${each}`);
    const { out, printed } = await pull('digits');
    expect(printed.kind).toBe('diffusers');
    expect(Object.keys(printed.files).sort()).toEqual([...paths].sort());
    expect(await readFile(path.join(out, weights))).toEqual(Buffer.from(whole.get(weights) ?? []));
  });

  it('reuses the downloaded files in a second call if a file was missing in the first call', async () => {
    const onnx = files.get(`digits/${BUNDLE_PATHS.onnx}`) ?? new Uint8Array();
    files.delete(`digits/${BUNDLE_PATHS.onnx}`);
    await expect(pull('digits')).rejects.toMatchObject({ code: 'CLI_PULL_FETCH' });
    files.set(`digits/${BUNDLE_PATHS.onnx}`, onnx);
    // Files that precede the missing file in the manifest are not requested again.
    files.delete(`digits/${BUNDLE_PATHS.networkConfig}`);
    expect((await readBundle(nodeFiles((await pull('digits')).out))).manifest.name).toBe('digits');
  });

  it('stops listening for signals if another process holds the lock', async () => {
    const lock = await takeLock(path.join(folder, '.out.pull.lock'), 'the test');
    const before = process.listenerCount('SIGINT');
    await expect(pull('digits')).rejects.toMatchObject({ code: 'RUN_LOCKED' });
    expect(process.listenerCount('SIGINT')).toBe(before);
    await lock.release();
  });

  it('refuses a changed file, a wrong SHA-256, a model above the limit, and an invalid address', async () => {
    await expect(pull('digits', { mostGigabytes: 1e-6 })).rejects.toMatchObject({ code: 'CLI_PULL_LIMIT' });
    await expect(pull('nothing')).rejects.toMatchObject({ code: 'CLI_PULL_FETCH' });
    files.set('digits.zip', zipSync(Object.fromEntries(whole), { level: 0 }));
    await expect(pull('digits.zip', { sha256: '0'.repeat(64) })).rejects.toMatchObject({
      code: 'CLI_PULL_DIFFERS',
    });
    files.set('digits/README.md', new Uint8Array(whole.get('README.md')?.length ?? 0));
    await expect(pull('digits')).rejects.toMatchObject({ code: 'CLI_PULL_DIFFERS' });
    await expect(
      pullModel(
        'ftp://x/y',
        { mostGigabytes: 1 },
        createTerminal({ stdout: process.stdout, stderr: process.stderr, env: {} }),
      ),
    ).rejects.toMatchObject({ code: 'CLI_USAGE' });
  });
});
