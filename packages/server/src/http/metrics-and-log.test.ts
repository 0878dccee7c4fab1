import { mkdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Scene } from '../../../../tests/support/served.ts';
import { body, chunk, metricsOf, post, text } from '../../testdata/raw-requests.ts';

const scene = new Scene();
beforeAll(() => scene.build());
afterEach(() => scene.stopServers());
afterAll(() => scene.remove());

describe('the server', () => {
  it('counts all responses by route in its metrics', async () => {
    const served = await scene.serve({ apiKey: 'k' });
    const authorized = { headers: { Authorization: 'Bearer k' } };
    await served.get('/v1/models', authorized);
    await served.get('/v1/models');
    await served.get('/models/conv/isonoise.json');
    await served.get('/models/none/isonoise.json');
    await served.get('/');
    await served.get('/nothing');
    await served.sample({ model: 'none', seed: 1 });
    await served.get('/v1/sample', authorized);
    const metrics = await (await served.get('/metrics', authorized)).text();
    for (const line of [
      '{method="GET",route="/v1/models",status="200"} 1',
      '{method="GET",route="/v1/models",status="401"} 1',
      '{method="GET",route="/models/:name/*",status="200"} 1',
      '{method="GET",route="/models/:name/*",status="404"} 1',
      '{method="GET",route="/*",status="200"} 1',
      '{method="GET",route="/*",status="404"} 1',
      '{method="POST",route="/v1/sample",status="401"} 1',
      '{method="GET",route="/v1/sample",status="405"} 1',
    ]) {
      expect(metrics).toContain(`isonoise_http_requests_total${line}\n`);
    }
    expect(metrics).toMatch(/isonoise_build_info\{version="\d+\.\d+\.\d+[^"]*",node="v\d+[^"]*"\} 1\n/);
  });

  it('uses the log level "error" only for its own faults', async () => {
    const lines: Record<string, unknown>[] = [];
    const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    await mkdir(path.join(scene.folder, 'models/broken'));
    await writeFile(path.join(scene.folder, 'models/broken/isonoise.json'), '{');
    const served = await scene.serve({ log, page: path.join(scene.folder, 'none') });
    expect((await served.get('/')).status).toBe(503);
    expect((await served.sample({ model: 'broken', seed: 1 })).status).toBe(503);
    await rm(path.join(scene.folder, 'models/broken'), { recursive: true });
    // Levels of pino: 40 is a warning, 50 is an error.
    expect(lines.filter(({ level }) => level === 40).map(({ msg }) => msg)).toEqual([
      'PAGE_NOT_BUILT',
      'MODEL_BROKEN',
    ]);
    expect(lines.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });

  it('uses the log level "debug" for the page\'s files if configured, and "info" for all other requests', async () => {
    const lines: Record<string, unknown>[] = [];
    const log = pino(
      { base: null, level: 'debug' },
      { write: (line: string) => void lines.push(JSON.parse(line)) },
    );
    const served = await scene.serve({ log, pageLogLevel: 'debug' });
    for (const path of ['/', '/v1/models', '/nothing.js']) await (await served.get(path)).text();
    const answered = (): unknown[] =>
      lines.filter(({ msg }) => msg === 'answered').map(({ path, status, level }) => [path, status, level]);
    // Levels of pino: 20 is debug, 30 is info.
    await expect.poll(answered).toEqual([
      ['/', 200, 20],
      ['/v1/models', 200, 30],
      ['/nothing.js', 404, 30],
    ]);
    expect(served.server.running()).toBe(0);
  });

  it('counts disconnected clients as status 499, and does not log aborted uploads as errors', async () => {
    const lines: Record<string, unknown>[] = [];
    const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const served = await scene.serve({ log });
    const leave = async (...sent: readonly string[]): Promise<void> => {
      const socket = connect(served.listening.port, '127.0.0.1');
      for (const piece of sent) socket.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 100));
      socket.destroy();
    };
    const long = JSON.stringify({ ...body, steps: 100, count: 256 });
    await leave(post(`Content-Length: ${long.length}`), long);
    await leave(post('Content-Length: 1000'), text);
    await leave(post('Transfer-Encoding: chunked'), chunk(text));
    const count = async (): Promise<string | undefined> =>
      /isonoise_http_requests_total\{method="POST",route="\/v1\/sample",status="499"\} (\d+)/.exec(
        await metricsOf(served),
      )?.[1];
    await expect.poll(count).toBe('3');
    expect(lines.filter(({ msg, status }) => msg === 'answered' && status === 499)).toHaveLength(3);
    // Level 50 of pino is an error.
    expect(lines.filter(({ level }) => Number(level) >= 50)).toEqual([]);
    expect(await metricsOf(served)).not.toContain('status="500"');
  });
});
