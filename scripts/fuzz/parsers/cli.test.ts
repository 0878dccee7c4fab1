import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { FuzzRandom } from '../random.ts';
import { argumentsOf, parseOnly, VERBS } from './cli.ts';

it('parseOnly does not run the action of a verb, even if the verb has subcommands', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'isonoise-fuzz-cli-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  // If the verbs ran, the download from this address would fail, the list would be printed, and icons would be written.
  const address = ['--base-url', 'http://127.0.0.1:9/'];
  await parseOnly(['data', 'mnist', '--dir', folder, '--quiet', ...address]);
  await parseOnly(['data', 'list']);
  await parseOnly(['data', 'icons', '--out', join(folder, 'icons')]);
  expect(await readdir(folder)).toEqual([]);
});

it('parseOnly reports what commander refuses', async () => {
  await expect(parseOnly(['data'])).rejects.toMatchObject({ code: 'commander.missingArgument' });
  await expect(parseOnly(['data', 'icons', '--none'])).rejects.toMatchObject({
    code: 'commander.unknownOption',
  });
});

it('argumentsOf reaches all verbs, including subcommands', () => {
  const names = VERBS.map(({ words }) => words.join(' '));
  expect(names).toEqual(expect.arrayContaining(['train', 'data', 'data icons', 'help']));
  const drawn = Array.from({ length: 500 }, (_, seed) => argumentsOf(new FuzzRandom(seed)).join(' '));
  const missing = names.filter((name) => !drawn.some((line) => line === name || line.startsWith(`${name} `)));
  expect(missing).toEqual([]);
});
