import { once } from 'node:events';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { get as httpGet, type IncomingMessage } from 'node:http';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Scene } from '../../../tests/support/served.ts';

const scene = new Scene();
beforeAll(() => scene.build());
afterEach(() => scene.stopServers());
afterAll(() => scene.remove());

/** Sends the path as it is: `fetch` would tidy it up first. */
async function statusOf(port: number, rawPath: string): Promise<number | undefined> {
  const [answer] = (await once(httpGet({ port, host: '127.0.0.1', path: rawPath }), 'response')) as [
    IncomingMessage,
  ];
  answer.resume();
  return answer.statusCode;
}

describe('files of the bundles', () => {
  it('come whole, in parts, and not again where they did not change', async () => {
    const { get } = await scene.serve();
    const file = '/models/conv/unet/model.onnx';
    const bytes = await readFile(path.join(scene.folder, file));
    const whole = await get(file);
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
    expect(whole.headers.get('content-type')).toBe('application/octet-stream');
    expect(whole.headers.get('content-length')).toBe(String(bytes.length));
    expect(whole.headers.get('accept-ranges')).toBe('bytes');
    const etag = whole.headers.get('etag') ?? '';

    const part = async (headers: Record<string, string>): Promise<[number, string | null, Buffer]> => {
      const answer = await get(file, { headers });
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
    // A download that broke goes on, unless the file is another one by now.
    const rest = `bytes=${size - 7}-`;
    expect(await part({ Range: rest, 'If-Range': etag })).toEqual([
      206,
      `bytes ${size - 7}-${size - 1}/${size}`,
      bytes.subarray(-7),
    ]);
    expect(await part({ Range: rest, 'If-Range': '"older"' })).toEqual([200, null, bytes]);
    expect((await part({ Range: `bytes=${size}-` })).slice(0, 2)).toEqual([416, `bytes */${size}`]);
    expect(await part({ 'If-None-Match': `"x", W/${etag}` })).toEqual([304, null, Buffer.alloc(0)]);

    const head = await get(file, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(size)]);

    await writeFile(path.join(scene.folder, 'models/conv/notes.md'), 'one');
    const before = (await get('/models/conv/notes.md')).headers.get('etag');
    await writeFile(path.join(scene.folder, 'models/conv/notes.md'), 'two');
    expect((await get('/models/conv/notes.md')).headers.get('etag')).not.toBe(before);
  });

  it('are the only files: no path leads out of the folder', async () => {
    const { listening } = await scene.serve();
    await writeFile(path.join(scene.folder, 'secret.txt'), 'secret');
    await writeFile(path.join(scene.folder, 'models/conv/.hidden'), 'secret');
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
      '/models/conv/',
      '/models/conv/unet',
      '/models/linked/secret.txt',
      '/models/..%2fpage/index.html',
      '/models/%2e%2e/secret.txt',
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/assets/..%2f..%2fsecret.txt',
    ];
    // 400 where the HTTP layer refuses to read the path at all.
    for (const each of escapes) expect([400, 404], each).toContain(await statusOf(listening.port, each));
    expect(await statusOf(listening.port, '/models/conv/inside.json')).toBe(200);
    expect(await statusOf(listening.port, '/models/conv/unet/%6dodel.onnx')).toBe(200);
  });
});

describe('the page', () => {
  it('comes with isolation and a policy, hashed files for ever', async () => {
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

  it('says how to build it where it is not built', async () => {
    const { get, server } = await scene.serve({ page: path.join(scene.folder, 'no-page') });
    const answer = await get('/');
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('pnpm --filter @isonoise/web build');
    expect(server.page.built).toBe(false);
  });
});
