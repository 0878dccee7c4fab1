// Follows docs/extending.md in a copy of this repository: applies every code block and runs every command.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyDiff, type CodeBlock, codeBlocks, linkedPaths } from '../support/worked-examples.ts';

const ROOT = join(import.meta.dirname, '../..');
const page = await readFile(join(ROOT, 'docs/extending.md'), 'utf8');
const blocks = codeBlocks(page);
const run = promisify(execFile);

/** Folders that are not copied. */
const LEFT_OUT: ReadonlySet<string> = new Set(['dist', '.turbo', '.git', '.vite', 'testdata-cache']);

/** Copies the sources. Links between packages are relative, so the copied links lead to the copy. */
async function copyRepository(to: string): Promise<void> {
  const options = {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source: string) => !LEFT_OUT.has(source.split('/').at(-1) ?? ''),
  };
  for (const name of await readdir(ROOT)) {
    if (['node_modules', 'models', 'runs', 'data', 'outputs'].includes(name) || LEFT_OUT.has(name)) continue;
    await cp(join(ROOT, name), join(to, name), options);
  }
  await mkdir(join(to, 'models'));
  await symlink(join(ROOT, 'models/mnist'), join(to, 'models/mnist'));
  // pnpm's store is shared; the links beside it are not.
  const modules = join(to, 'node_modules');
  await mkdir(modules);
  for (const name of await readdir(join(ROOT, 'node_modules'))) {
    const from = join(ROOT, 'node_modules', name);
    if (name === '.pnpm') await symlink(from, join(modules, name));
    else if (name !== '.cache')
      await cp(from, join(modules, name), { recursive: true, verbatimSymlinks: true });
  }
}

async function apply(copy: string, { language, path, text }: CodeBlock): Promise<void> {
  const file = join(copy, path);
  if (language === 'diff') await writeFile(file, applyDiff(await readFile(file, 'utf8'), text, path));
  else if (existsSync(file)) throw new Error(`${path} exists; expected a new file or a diff`);
  else await writeFile(file, text);
}

let copy = '';
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'isonoise-extending-'));
  await copyRepository(copy);
  for (const block of blocks.filter(({ path }) => path !== '')) await apply(copy, block);
}, 120_000);
afterAll(() => rm(copy, { recursive: true, force: true }));

/** Runs a command in the copy. @throws Error with the output if the command fails */
async function command(line: string): Promise<string> {
  const { stdout, stderr } = await run('sh', ['-c', line], {
    cwd: copy,
    // A user's commands do not run inside a test runner.
    env: { ...process.env, NODE_OPTIONS: '', VITEST: '', NO_COLOR: '1' },
  }).catch(({ stdout, stderr }) => {
    throw new Error(`${line} failed:\n${stdout}\n${stderr}`);
  });
  return `${stdout}\n${stderr}`;
}

/** Part of what the commands of a section print. */
const PRINTED: Readonly<Record<string, readonly string[]>> = {
  'A sampler': ['falls with order 2', 'equal this image: ralston', '16 in '],
  'A tracing rule': ['EluGrad: a range of values', 'EluGrad: channels first'],
  'A data set': ['KMNIST is read from files with the names of MNIST', 'Kuzushiji-MNIST'],
  'An architecture': ['PlainConvNet 16'],
  'An optimizer': [
    'sgd moves the weights against the gradient',
    'optimizer sgd > stores its slots in a checkpoint',
    'sgd, rate',
  ],
  'A provider': [
    'Core ML is available only on macOS, and the reason names the other system',
    'coreml: onnxruntime-node has Core ML',
  ],
};

describe('docs/extending.md', () => {
  it('links to files that exist', () => {
    const targets = linkedPaths(page);
    expect(targets.length).toBeGreaterThan(5);
    expect(targets.filter((target) => !existsSync(join(ROOT, 'docs', target)))).toEqual([]);
  });

  it('has an example for each extension, each with code and commands', () => {
    for (const section of Object.keys(PRINTED)) {
      const languages = blocks.filter((block) => block.section === section).map(({ language }) => language);
      expect(languages, section).toContain('diff');
      expect(languages, section).toContain('sh');
    }
    expect(new Set(blocks.map(({ section }) => section))).toEqual(new Set(Object.keys(PRINTED)));
  });

  it.each(Object.entries(PRINTED))(
    'contains commands that work: %s',
    async (section, expected) => {
      const lines = blocks
        .filter((block) => block.section === section && block.language === 'sh')
        .flatMap(({ text }) => text.trim().split('\n'));
      let printed = '';
      for (const line of lines)
        printed += await command(line.replace('vitest run', 'vitest run --reporter=verbose'));
      for (const part of expected) expect(printed).toContain(part);
    },
    300_000,
  );

  it('contains code that compiles and is formatted', async () => {
    await command('node_modules/.bin/tsc -p tsconfig.json');
    const changed = blocks.filter(({ path }) => path !== '').map(({ path }) => path);
    await command(`node_modules/.bin/biome check ${changed.join(' ')}`);
  }, 300_000);
});
