import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { floatsOf, Scene } from '../../../tests/support/served.ts';
import { body } from '../testdata/slow-model.ts';
import { serve } from './serve.ts';

const scene = new Scene();
beforeAll(() => scene.build());
afterEach(() => scene.stopServers());
afterAll(() => scene.remove());

describe('serve', () => {
  it.each(['a b', 'http://localhost', '0.0.0.0:80', '[::1]', '256.1.1.1', 'a/b'])(
    'rejects "%s", which is not an address',
    async (host) => {
      const { server } = await scene.serve();
      await expect(serve(server, { host, port: 0 })).rejects.toMatchObject({
        code: 'SERVER_HOST_INVALID',
        message: `host (--host) is "${host}"; expected only a name or an address, such as localhost, 0.0.0.0 or ::1. Give the port with --port.`,
      });
    },
  );

  it.each(['localhost', '127.0.0.1', '::1'])('listens on "%s"', async (host) => {
    const { server } = await scene.serve();
    const listening = await serve(server, { host, port: 0 });
    expect(listening.port).toBeGreaterThan(0);
    await listening.stop(0);
  });

  it('reports that the port is in use', async () => {
    const first = await scene.serve();
    const { port } = first.listening;
    await expect(serve(first.server, { port })).rejects.toMatchObject({
      code: 'SERVER_CANNOT_LISTEN',
      message: `serve: port ${port} of 127.0.0.1 is in use. Stop the program that uses it, or choose another --port (0 picks one).`,
    });
  });
});

describe('pnpm serve', () => {
  it('prints its URL, logs JSON, and on SIGTERM exits with 0 once the response is sent', async () => {
    const main = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url));
    const args = [
      'serve',
      path.join(scene.folder, 'models/conv'),
      '--models',
      path.join(scene.folder, 'none'),
    ];
    const child = spawn(
      process.execPath,
      ['--conditions=@isonoise/source', '--import', 'tsx', main, ...args, '--port', '0', '--provider', 'cpu'],
      { env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '', ISONOISE_API_KEY: 'sesame' } },
    );
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    await expect.poll(() => stderr).toContain('provider');
    expect(stderr).toMatch(/models +conv: 5 × 6, grey, 2 classes, /);
    expect(stderr).toContain('with the key');
    const url = /isonoise serve (http:\S+)/.exec(stderr)?.[1];
    const request = fetch(new URL('v1/sample', url), {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Authorization: 'Bearer sesame',
        'X-Request-Id': 'last-one',
      },
      body: JSON.stringify({ ...body, count: 64, steps: 100 }),
    });
    await expect.poll(() => stdout).toContain('model opened');
    child.kill('SIGTERM');
    const answer = await request;
    expect(await floatsOf(answer)).toHaveLength(64 * 30);
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code, stderr).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(
      expect.objectContaining({ requestId: 'last-one', path: '/v1/sample', status: 200, msg: 'answered' }),
    );
    expect(stderr).toMatch(/\nfinishing the current requests; .*\n\nstopped\n$/);
    // The line with the browser's address is only printed to a terminal.
    expect(stderr).not.toContain('in a browser');
    expect(stdout).not.toContain('sesame');
  });
});
