import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convDenoiser, convSpec } from '../../../runtime-node/testdata/conv-denoiser.ts';
import { isonoise } from '../../testdata/isonoise-command.ts';

let folder = '';
const at = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-before-work-'));
  // Each command fails on these inputs, so an error about an output shows that the output is checked first.
  await mkdir(at('damaged'));
  await writeFile(at('damaged/isonoise.json'), '{');
  await writeFile(at('damaged/config.json'), '{');
  await mkdir(at('photos'));
  await writeFile(at('photos/a.jpg'), '');
  await writeFile(at('a-file'), '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const COMMANDS: readonly (readonly [name: string, args: readonly string[]])[] = [
  ['export-onnx', ['damaged']],
  ['import-model', ['damaged']],
  ['publish-model', ['damaged', '--license', 'mit']],
  // Nothing listens on this port.
  ['pull', ['http://127.0.0.1:9/model']],
];
const commandOf = (name: string, args: readonly string[]): readonly string[] => [
  name,
  ...args.map((arg) => (arg === 'damaged' ? at(arg) : arg)),
];

describe('before it starts to work,', () => {
  it.each(COMMANDS)(
    '%s refuses an output that is a folder with other files, a file, or a path that cannot be created',
    async (name, args) => {
      for (const [out, code, message] of [
        ['photos', 'CLI_OUTPUT_EXISTS', 'exists but is not an isonoise bundle'],
        ['a-file', 'CLI_USAGE', 'is a file; expected the name of a folder'],
        ['a-file/model', 'CLI_USAGE', 'cannot be written'],
        ['model.onnx', 'CLI_USAGE', 'names a file; expected the name of a folder'],
      ] as const) {
        const { code: ended, stderr, stdout } = await isonoise([...commandOf(name, args), '--out', at(out)]);
        expect(stderr, out).toContain(`error ${code}`);
        expect(stderr, out).toContain(message);
        expect([ended, stdout]).toEqual([2, '']);
      }
    },
  );

  it('export-onnx refuses a --single-file inside the folder of the guide', async () => {
    const file = at('new-guide/unet/model.onnx');
    const args = [
      'export-onnx',
      at('damaged'),
      '--out',
      at('new'),
      '--guide-from',
      '3',
      '--single-file',
      file,
    ];
    const { code, stderr } = await isonoise([...args, '--force']);
    expect(stderr).toContain(
      `error CLI_USAGE: --single-file ${file}: is inside the folder ${at('new-guide')}, which this command writes;`,
    );
    expect(code).toBe(2);
  });

  it.each(['export-onnx', 'import-model'])('%s refuses an existing file for --single-file', async (name) => {
    const model = convDenoiser({ spec: convSpec, width: 8, depth: 1 });
    await writeFile(at('notes.onnx'), 'my notes');
    await writeFile(at('other.onnx'), model);
    for (const [file, flags, message] of [
      ['notes.onnx', [], 'exists but is not a model of isonoise; not overwritten. Choose a different file.'],
      ['notes.onnx', ['--force'], 'exists but is not a model of isonoise'],
      ['other.onnx', [], 'already contains a model. Add --force to replace it, or choose a different file.'],
    ] as const) {
      const single = ['--out', at('new'), '--single-file', at(file), ...flags];
      const { code, stderr } = await isonoise([name, at('damaged'), ...single]);
      expect(stderr).toContain(`error CLI_OUTPUT_EXISTS: --single-file ${at(file)}: ${message}`);
      expect(code).toBe(2);
    }
    // With --force, the next error is about the model that is read.
    const forced = ['--out', at('new'), '--single-file', at('other.onnx'), '--force'];
    expect((await isonoise([name, at('damaged'), ...forced])).stderr).not.toContain('CLI_OUTPUT_EXISTS');
    expect(await readFile(at('notes.onnx'), 'utf8')).toBe('my notes');
    expect(await readFile(at('other.onnx'))).toEqual(Buffer.from(model));
  });

  it.each([
    [
      'a licence file that does not exist',
      'publish-model',
      ['--license-file', 'none.txt'],
      'none.txt: cannot be read',
    ],
    [
      'a file of class names that does not exist',
      'import-model',
      ['--class-names', 'none.txt'],
      'none.txt: cannot be read',
    ],
  ] as const)('a command refuses %s', async (_, name, args, message) => {
    const { stderr } = await isonoise([name, at('damaged'), '--out', at('new'), ...args]);
    expect(stderr).toContain('error CLI_UNKNOWN_FILE');
    expect(stderr).toContain(message);
  });
});

it('train refuses folders of runs that cannot be written before it reads the images', async () => {
  for (const [runs, message] of [
    ['a-file', 'is a file; expected the name of a folder'],
    ['a-file/runs', 'cannot be written'],
  ] as const) {
    const { stderr } = await isonoise(['train', '--dataset', at('no-images'), '--runs', at(runs)]);
    expect(stderr, runs).toContain('error CLI_USAGE: --runs');
    expect(stderr, runs).toContain(message);
  }
});
