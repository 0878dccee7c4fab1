import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { get as httpGet, type IncomingMessage } from 'node:http';
import path from 'node:path';
import type { ModelList } from '@isonoise/api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Scene } from '../../../../tests/support/served.ts';

const scene = new Scene();
beforeAll(() => scene.build());
afterEach(() => scene.stopServers());
afterAll(() => scene.remove());

/** Requests a path without `fetch`, which would normalize it. @returns the status */
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

  it('are sent whole or in part, and with status 304 if they have not changed', async () => {
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

  it('give no access to other files, whatever the path', async () => {
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
    // Every bundle has this file, and a download needs it.
    expect(await statusOf(listening.port, '/models/conv/.gitattributes')).toBe(200);
    expect(await statusOf(listening.port, '/models/conv/unet/%6dodel.onnx')).toBe(200);
  });
});

describe('a pipe in a model', () => {
  // mkfifo does not exist on Windows.
  it.runIf(process.platform !== 'win32')(
    'does not block downloads, the list of models, or requests to draw',
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
