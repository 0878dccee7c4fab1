import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('./setup-tfjs-node.mjs', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'setup-tfjs-node-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Runs the command. @returns its exit status and its output */
function setup(args: readonly string[]): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    // The launcher of the test runner adds all packages of this workspace to the search path.
    env: { ...process.env, NODE_PATH: '' },
  });
  return { status, text: stdout + stderr };
}

/** Creates a directory with the given files. @returns its path */
function directory(name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, content] of Object.entries(files)) {
    const file = join(scratch, name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return join(scratch, name);
}

const headers = { 'include/tensorflow/c/c_api.h': '', 'include/tensorflow/c/eager/c_api.h': '' };
const versionHeader = (major: number): Record<string, string> => ({
  'include/tensorflow/core/public/version.h': `#define TF_MAJOR_VERSION ${major}\n#define TF_MINOR_VERSION 9\n#define TF_PATCH_VERSION 1\n`,
});

describe('setup-tfjs-node', () => {
  it('prints the help text with --help', () => {
    const { status, text } = setup(['--help']);
    expect(status).toBe(0);
    expect(text).toContain('pnpm setup:tfjs-node --libtensorflow libtensorflow');
  });

  it('rejects an unknown option', () => {
    const { status, text } = setup(['--libtensorfow', 'x']);
    expect(status).toBe(1);
    expect(text).toMatch(/--libtensorfow.*--help \[SETUP_ARGUMENT\]/s);
  });
});

const refused: readonly [title: string, code: string, message: string, args: readonly string[]][] = [
  [
    'a missing directory',
    'SETUP_NO_LIBTENSORFLOW',
    'no such directory',
    ['--libtensorflow', join(scratch, 'absent')],
  ],
  [
    'a directory without headers',
    'SETUP_NO_HEADER',
    'tensorflow/c/eager/c_api.h is missing',
    ['--libtensorflow', directory('no-header', { 'include/tensorflow/c/c_api.h': '' })],
  ],
  [
    'libtensorflow of a different major version',
    'SETUP_VERSION',
    'TensorFlow 1.9.1',
    ['--libtensorflow', directory('old', { ...headers, ...versionHeader(1) })],
  ],
  [
    'the outer folder of a wheel without libtensorflow_cc',
    'SETUP_NO_LIBRARY',
    '(TensorFlow 2.9.1): none of',
    [
      '--libtensorflow',
      dirname(
        directory('wheel/tensorflow', {
          ...headers,
          ...versionHeader(2),
          'libtensorflow_framework.so.2': '',
        }),
      ),
    ],
  ],
  [
    'a library that is a text file',
    'SETUP_ARCHITECTURE',
    'not an ELF library',
    ['--libtensorflow', directory('text', { ...headers, 'lib/libtensorflow.so.2': 'text' })],
  ],
  ['a --nodedir without headers', 'SETUP_NODEDIR', 'no include/node/node_api.h', ['--nodedir', scratch]],
];

/** Returns the code of an earlier check that fails on this machine; undefined if none fails. */
function earlierRefusal(args: readonly string[]): string | undefined {
  if (Number(process.versions.node.split('.')[0]) >= 23) return 'SETUP_NODE_VERSION';
  if (!existsSync(new URL('../packages/cli/node_modules/@tensorflow/tfjs-node', import.meta.url)))
    return 'SETUP_NO_PACKAGE';
  if (process.platform !== 'linux' && args.includes('--libtensorflow')) return 'SETUP_PLATFORM';
  return undefined;
}

describe('setup-tfjs-node, before it changes anything,', () => {
  it.each(refused)('rejects %s', (_title, code, message, args) => {
    const { status, text } = setup(['--force', ...args]);
    const earlier = earlierRefusal(args);
    expect(status).toBe(1);
    expect(text).toContain(`[${earlier ?? code}]`);
    expect(text).toContain(earlier === undefined ? message : 'setup-tfjs-node: ');
  });
});
