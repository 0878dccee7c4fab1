import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { MAIN } from '../../packages/cli/testdata/isonoise-command.ts';
import { TestRedis } from '../support/redis.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const redis = new TestRedis();
beforeAll(() => redis.start());
afterAll(() => redis.remove());

/** Returns the keys whose members KEDA counts. */
function countedKeys(): string[] {
  const text = readFileSync(path.join(ROOT, 'deploy/kubernetes/worker.yaml'), 'utf8');
  const objects = parseAllDocuments(text).map((document) => document.toJS());
  const scaled = objects.find(({ kind }) => kind === 'ScaledObject');
  return scaled.spec.triggers.map((trigger: { metadata: { listName: string } }) => trigger.metadata.listName);
}

it('KEDA counts the ranges that wait in the queue', async () => {
  const [waiting = '', active, delayed] = countedKeys();
  const command = ['--conditions=@isonoise/source', '--import', 'tsx', MAIN, 'sample'];
  const request = [path.join(ROOT, 'models/mnist'), '--count', '64', '--steps', '4', '--provider', 'cpu'];
  const job = spawn(
    process.execPath,
    [...command, ...request, '--distributed', '--redis', redis.url, '--range-size', '4'],
    { stdio: 'ignore' },
  );
  const ended = once(job, 'exit');
  const look = new Redis(redis.url);
  try {
    while (job.exitCode === null && (await look.zcard(waiting)) === 0) await pause(50);
    expect(await look.zcard(waiting)).toBe(16);
    // KEDA also counts the ranges that workers draw, and those that wait for another attempt.
    expect([active, delayed]).toEqual(
      ['active', 'delayed'].map((name) => waiting.replace('prioritized', name)),
    );
  } finally {
    look.disconnect();
    job.kill('SIGKILL');
    await ended;
  }
});
