import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npmRegistry } from './npm-registry.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isonoise-npmrc-'));
  await writeFile(
    join(folder, 'npmrc'),
    'registry=https://mirror.example/npm/\n@iconify-json:registry=https://icons.example/\n',
  );
});
afterAll(() => rm(folder, { recursive: true }));

/** Returns the environment of this process with only the given npm settings. */
const withSettings = (settings: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_config_/i.test(name))),
  ...settings,
});

describe('npmRegistry', () => {
  it("returns the scope's registry from the user's .npmrc, or the registry for all packages by default", async () => {
    const env = withSettings({ npm_config_userconfig: join(folder, 'npmrc') });
    expect(await npmRegistry('@iconify-json', env)).toBe('https://icons.example/');
    expect(await npmRegistry('@other', env)).toBe('https://mirror.example/npm/');
  });

  it('prefers the environment variable to the .npmrc files', async () => {
    const env = withSettings({
      npm_config_userconfig: join(folder, 'npmrc'),
      npm_config_registry: 'http://127.0.0.1:4873/',
    });
    expect(await npmRegistry('@other', env)).toBe('http://127.0.0.1:4873/');
  });

  it('throws an error with advice if npm cannot be run', async () => {
    await expect(npmRegistry('@iconify-json', { PATH: folder })).rejects.toMatchObject({
      code: 'DATA_NOT_FOUND',
      message: expect.stringMatching(/^npm registry: .*Name the registry with --base-url\.$/),
    });
  });
});
