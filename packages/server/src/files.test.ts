import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { get as httpGet, type IncomingMessage, request } from 'node:http';
import path from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import type { ModelList } from '@isonoise/api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Scene, type Served } from '../../../tests/support/served.ts';

const scene = new Scene();
beforeAll(() => scene.build());
afterEach(() => scene.stopServers());
afterAll(() => scene.remove());

/** Sends the path unchanged; `fetch` would normalize it. */
async function statusOf(port: number, rawPath: string): Promise<number | undefined> {
  const [answer] = (await once(httpGet({ port, host: '127.0.0.1', path: rawPath }), 'response')) as [
    IncomingMessage,
  ];
  answer.resume();
  return answer.statusCode;
}

describe('files of the bundles', () => {
  it('fail to transfer if they become shorter while being sent', async () => {
    const { get } = await scene.serve();
    const file = path.join(scene.folder, 'models/conv/growing.bin');
    await writeFile(file, '');
    // More bytes than the buffers of a connection hold.
    await truncate(file, 64 << 20);
    const answer = await get('/models/conv/growing.bin', { headers: { 'Accept-Encoding': 'identity' } });
    expect(answer.headers.get('content-length')).toBe(String(64 << 20));
    await truncate(file, 1000);
    await expect(answer.arrayBuffer()).rejects.toThrow('terminated');
    await rm(file);
  });

  it('support whole and range requests, and 304 if they have not changed', async () => {
    const { get } = await scene.serve();
    const file = '/models/conv/unet/model.onnx';
    const bytes = await readFile(path.join(scene.folder, file));
    const plain = { 'Accept-Encoding': 'identity' };
    const whole = await get(file, { headers: plain });
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
    expect(whole.headers.get('content-type')).toBe('application/octet-stream');
    expect(whole.headers.get('content-length')).toBe(String(bytes.length));
    expect(whole.headers.get('accept-ranges')).toBe('bytes');
    const etag = whole.headers.get('etag') ?? '';

    const part = async (headers: Record<string, string>): Promise<[number, string | null, Buffer]> => {
      const answer = await get(file, { headers: { ...plain, ...headers } });
      return [answer.status, answer.headers.get('content-range'), Buffer.from(await answer.arrayBuffer())];
    };
    const size = bytes.length;
    expect(await part({ Range: 'bytes=10-19' })).toEqual([
      206,
      `bytes 10-19/${size}`,
      bytes.subarray(10, 20),
    ]);
    expect(await part({ Range: 'bytes=-5' })).toEqual([
      206,
      `bytes ${size - 5}-${size - 1}/${size}`,
      bytes.subarray(-5),
    ]);
    // An interrupted download resumes, unless the file has changed.
    const rest = `bytes=${size - 7}-`;
    expect(await part({ Range: rest, 'If-Range': etag })).toEqual([
      206,
      `bytes ${size - 7}-${size - 1}/${size}`,
      bytes.subarray(-7),
    ]);
    expect(await part({ Range: rest, 'If-Range': '"older"' })).toEqual([200, null, bytes]);
    expect((await part({ Range: `bytes=${size}-` })).slice(0, 2)).toEqual([416, `bytes */${size}`]);
    expect(await part({ 'If-None-Match': `"x", W/${etag}` })).toEqual([304, null, Buffer.alloc(0)]);

    const head = await get(file, { method: 'HEAD', headers: plain });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(size)]);

    await writeFile(path.join(scene.folder, 'models/conv/notes.md'), 'one');
    const before = (await get('/models/conv/notes.md')).headers.get('etag');
    await writeFile(path.join(scene.folder, 'models/conv/notes.md'), 'two');
    expect((await get('/models/conv/notes.md')).headers.get('etag')).not.toBe(before);
  });

  it('are the only files that any path reaches', async () => {
    const { listening } = await scene.serve();
    await writeFile(path.join(scene.folder, 'secret.txt'), 'secret');
    await writeFile(path.join(scene.folder, 'models/conv/.hidden'), 'secret');
    await writeFile(path.join(scene.folder, 'models/conv/unet/.gitattributes'), 'secret');
    await symlink(path.join(scene.folder, 'secret.txt'), path.join(scene.folder, 'models/conv/link.txt'));
    await symlink(scene.folder, path.join(scene.folder, 'models/conv/up'));
    await symlink(scene.folder, path.join(scene.folder, 'models/linked'));
    await symlink('isonoise.json', path.join(scene.folder, 'models/conv/inside.json'));
    const escapes = [
      '/models/conv/../../secret.txt',
      '/models/conv/..%2f..%2fsecret.txt',
      '/models/conv/%2e%2e/%2e%2e/secret.txt',
      '/models/conv/%2e%2e%2f%2e%2e%2fsecret.txt',
      '/models/conv/..%5c..%5csecret.txt',
      '/models/conv/..\\..\\secret.txt',
      '/models/conv/%252e%252e/%252e%252e/secret.txt',
      '/models/conv//etc/passwd',
      '/models/conv/%2fetc%2fpasswd',
      '/models/conv/isonoise.json%00.png',
      '/models/conv/%ff',
      '/models/conv/link.txt',
      '/models/conv/up/secret.txt',
      '/models/conv/.hidden',
      '/models/conv/unet/.gitattributes',
      '/models/conv/',
      '/models/conv/unet',
      '/models/linked/secret.txt',
      '/models/..%2fpage/index.html',
      '/models/%2e%2e/secret.txt',
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/assets/..%2f..%2fsecret.txt',
    ];
    // 400 if the HTTP layer rejects the path.
    for (const each of escapes) expect([400, 404], each).toContain(await statusOf(listening.port, each));
    expect(await statusOf(listening.port, '/models/conv/inside.json')).toBe(200);
    // A file of every bundle, which a download needs.
    expect(await statusOf(listening.port, '/models/conv/.gitattributes')).toBe(200);
    expect(await statusOf(listening.port, '/models/conv/unet/%6dodel.onnx')).toBe(200);
  });
});

describe('a pipe in a model', () => {
  // mkfifo does not exist on Windows.
  it.runIf(process.platform !== 'win32')(
    'does not block a download, the list, or a request to draw',
    async () => {
      for (const [name, file] of [
        ['graph', 'unet/model.onnx'],
        ['settings', 'scheduler/scheduler_config.json'],
        ['manifest', 'isonoise.json'],
      ] as const) {
        const folder = await scene.addModel(name);
        await rm(path.join(folder, file));
        execFileSync('mkfifo', [path.join(folder, file)]);
      }
      const { get, sample } = await scene.serve();
      expect((await get('/models/graph/unet/model.onnx')).status).toBe(404);
      const { models } = (await (await get('/v1/models')).json()) as ModelList;
      expect(models.map(({ name }) => name)).toEqual(['conv']);
      const statuses = ['graph', 'settings', 'manifest'].map(
        async (model) => (await sample({ model, seed: 1, steps: 1 })).status,
      );
      expect(await Promise.all(statuses)).toEqual([503, 503, 404]);
      expect((await sample({ model: 'conv', seed: 1, steps: 1 })).status).toBe(200);
    },
  );
});

describe('the page', () => {
  it('has isolation and security headers, and caches hashed files forever', async () => {
    const { get } = await scene.serve();
    const page = await get('/');
    expect(await page.text()).toContain('<title>page</title>');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const script = await get('/assets/index-BfT3x_9a.js');
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    for (const pathname of [
      '/',
      '/assets/index-BfT3x_9a.js',
      '/models/conv/isonoise.json',
      '/v1/models',
      '/nothing',
    ]) {
      const { headers } = await get(pathname);
      expect(headers.get('cross-origin-opener-policy'), pathname).toBe('same-origin');
      expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('content-security-policy')).toContain("script-src 'self' 'wasm-unsafe-eval'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
    }
  });

  it('is answered with the build command if it is not built', async () => {
    const { get, server } = await scene.serve({ page: path.join(scene.folder, 'no-page') });
    const answer = await get('/');
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('pnpm --filter @isonoise/web build');
    expect(server.page.built).toBe(false);
  });
});

/** Returns the bytes as sent; `fetch` would decompress them. */
async function wire(
  { listening: { port } }: Served,
  pathname: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ status: number | undefined; headers: IncomingMessage['headers']; bytes: Buffer }> {
  const sent = request({ port, host: '127.0.0.1', path: pathname, headers, method }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return { status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(chunks) };
}

describe('compression', () => {
  const script = 'export const text = "the same words again and again";\n'.repeat(200);
  const at = '/assets/app-BfT3x_9a.js';

  /** Serves a page whose script has compressed copies, as `vite-compress` creates them. */
  async function page(): Promise<Served> {
    const file = path.join(scene.folder, 'page', at);
    await writeFile(file, script);
    await writeFile(`${file}.br`, brotliCompressSync(script));
    await writeFile(`${file}.gz`, gzipSync(script));
    return scene.serve();
  }

  it('uses the coding that the client prefers and names it in Content-Encoding', async () => {
    const served = await page();
    for (const [accept, coding, decode] of [
      ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
      ['gzip', 'gzip', gunzipSync],
      ['br;q=0.1, gzip;q=0.2', 'gzip', gunzipSync],
      ['identity', undefined, Buffer.from],
      ['br;q=0.5, identity', undefined, Buffer.from],
      ['zstd', undefined, Buffer.from],
    ] as const) {
      const { status, headers, bytes } = await wire(served, at, { 'Accept-Encoding': accept });
      expect([status, headers['content-encoding']], accept).toEqual([200, coding]);
      expect(decode(bytes).toString(), accept).toBe(script);
      expect(headers['content-length']).toBe(String(bytes.length));
      expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
      expect(headers.vary).toContain('Accept-Encoding');
      const head = await wire(served, at, { 'Accept-Encoding': accept }, 'HEAD');
      expect(head.headers['content-length']).toBe(String(bytes.length));
    }
    const refused = await wire(served, at, { 'Accept-Encoding': 'zstd, identity;q=0' });
    expect([refused.status, refused.headers.vary]).toEqual([406, 'Accept-Encoding']);
    expect(refused.bytes.toString()).toContain('ENCODING_NOT_ACCEPTABLE');
  });

  it('has an ETag for each coding, and ranges refer to the tagged bytes', async () => {
    const served = await page();
    const tags = new Map<string, string>();
    for (const coding of ['br', 'gzip', 'identity']) {
      const accept = { 'Accept-Encoding': coding };
      const whole = await wire(served, at, accept);
      const etag = String(whole.headers.etag);
      tags.set(etag, coding);
      expect((await wire(served, at, { ...accept, 'If-None-Match': etag })).status).toBe(304);
      const rest = { ...accept, Range: 'bytes=20-', 'If-Range': etag };
      const part = await wire(served, at, rest);
      expect([part.status, part.headers['content-encoding']]).toEqual([
        206,
        whole.headers['content-encoding'],
      ]);
      expect(part.headers['content-range']).toBe(`bytes 20-${whole.bytes.length - 1}/${whole.bytes.length}`);
      expect(Buffer.concat([whole.bytes.subarray(0, 20), part.bytes]).equals(whole.bytes)).toBe(true);
      // The tags of codings differ, so a different coding is sent as a whole.
      const other = coding === 'identity' ? 'br' : 'identity';
      expect((await wire(served, at, { ...rest, 'Accept-Encoding': other })).status).toBe(200);
      expect((await wire(served, at, { 'Accept-Encoding': other, 'If-None-Match': etag })).status).toBe(200);
    }
    expect(tags.size).toBe(3);
  });

  it('ignores a copy that is older than its file', async () => {
    const served = await page();
    const copy = path.join(scene.folder, 'page', `${at}.br`);
    await utimes(copy, new Date(0), new Date(0));
    const { headers } = await wire(served, at, { 'Accept-Encoding': 'br' });
    expect(headers['content-encoding']).toBeUndefined();
  });

  it("compresses a model's files if that makes them smaller, and again after a change", async () => {
    const served = await scene.serve();
    const manifest = path.join(scene.folder, 'models/conv/isonoise.json');
    const onnx = path.join(scene.folder, 'models/conv/unet/model.onnx');
    for (const [pathname, file] of [
      ['/models/conv/isonoise.json', manifest],
      ['/models/conv/unet/model.onnx', onnx],
    ] as const) {
      const plain = await readFile(file);
      for (let round = 0; round < 2; round++) {
        const { headers, bytes } = await wire(served, pathname, { 'Accept-Encoding': 'br' });
        expect(headers['content-encoding'], pathname).toBe('br');
        expect(bytes.length).toBeLessThan(plain.length);
        expect(brotliDecompressSync(bytes).equals(plain)).toBe(true);
      }
    }
    const notes = path.join(scene.folder, 'models/conv/notes.txt');
    for (const letter of ['a', 'b']) {
      await writeFile(notes, letter.repeat(5000));
      const { bytes } = await wire(served, '/models/conv/notes.txt', { 'Accept-Encoding': 'gzip' });
      expect(gunzipSync(bytes).toString()).toBe(letter.repeat(5000));
    }
    const noise = path.join(scene.folder, 'models/conv/noise.bin');
    await writeFile(noise, randomBytes(5000));
    const { headers } = await wire(served, '/models/conv/noise.bin', { 'Accept-Encoding': 'br' });
    expect([headers['content-encoding'], headers.vary]).toEqual([undefined, 'Accept-Encoding']);
  });
});
