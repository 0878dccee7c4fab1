import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pnpmCommand } from '../../scripts/pnpm-command.mjs';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');

/** Output that a new user would take for a fault or an advertisement. */
const ALARMING =
  /\bWARN\b|Warning:|\[[WE]:onnxruntime|npm (notice|warn)|update available|new .* version|telemetry|TensorFlow\.js in Node|Deprecat/i;

let folder: string;
let clone: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-first-'));
  clone = path.join(folder, 'isonoise');
  // Uses this machine's pnpm store, so that packages are not downloaded again.
  const [command, ...words] = pnpmCommand();
  const { stdout: store } = await run(command, [...words, 'store', 'path'], { cwd: root });
  const config = path.join(folder, 'home/.config/pnpm');
  await mkdir(config, { recursive: true });
  await writeFile(path.join(config, 'rc'), `store-dir=${path.dirname(store.trim())}\n`);
  await run('git', ['clone', '--quiet', '--depth', '1', `file://${root}`, clone]);
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

/** Runs npm in a new clone, as on a machine that has only Node and npm. */
async function npm(...args: string[]): Promise<string> {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|XDG_|VITEST|NODE_ENV|CI$)/i.test(name));
  const env = { ...Object.fromEntries(own), HOME: path.join(folder, 'home') };
  const { stdout, stderr } = await run('npm', args, { cwd: clone, env, maxBuffer: 1 << 26 });
  return stdout + stderr;
}

const alarming = (output: string): string[] => output.split('\n').filter((line) => ALARMING.test(line));

describe('in a clean clone with an empty home,', () => {
  it('npm start does not print alarming lines', async () => {
    const output = await npm('start', '--', '--no-serve', '--steps', '5');
    expect(output).toContain('Drawn by the shipped model');
    expect(alarming(output)).toEqual([]);
  }, 300_000);

  it('the build does not print alarming lines', async () => {
    const output = await npm('run', 'build', '--', '--filter', '@isonoise/error');
    expect(output).toMatch(/1 successful/);
    expect(alarming(output)).toEqual([]);
  }, 120_000);
});
