import { execFileSync } from 'node:child_process';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { isonoise } from '../../testdata/isonoise-command.ts';
import { contentOf, keepPetsRun, path, resume, run, train } from '../../testdata/pets-run.ts';

keepPetsRun();

describe.sequential('train leaves a run unchanged if it finds', () => {
  it.each<{
    readonly title: string;
    readonly error: RegExp;
    readonly before: () => Promise<unknown>;
  }>([
    {
      title: 'only damaged checkpoints',
      error: /RUN_CHECKPOINT_NOT_FOUND: checkpoint: all 2 checkpoints are damaged/,
      before: async () => {
        for (const step of [1, 2])
          await writeFile(run('checkpoints', `step-0000000${step}.safetensors`), 'x');
      },
    },
    {
      title: 'unreadable metrics',
      error: /RUN_METRICS_DAMAGED/,
      before: () => appendFile(run('metrics.jsonl'), 'not JSON\n'),
    },
    {
      title: 'a configuration with a value out of range',
      error: /RUN_FILE: run .*: config\.json cannot be used: .*\n.*steps: /,
      before: () => writeFile(run('config.json'), '{"dataset":"pets","network":{},"steps":0}'),
    },
    {
      title: 'an unreadable record of the run',
      error: /RUN_FILE/,
      before: () => writeFile(run('run.json'), '{'),
    },
    {
      title: 'the lock of another process',
      error: /RUN_LOCKED/,
      before: () =>
        writeFile(run('lock'), JSON.stringify({ pid: 1, host: 'elsewhere.invalid', started: null })),
    },
  ])('$title', async ({ error, before }) => {
    await before();
    const content = await contentOf(run());
    const ended = await train('--resume');
    expect(ended.stderr).toMatch(error);
    expect([1, 2]).toContain(ended.code);
    expect(await contentOf(run())).toBe(content);
  });

  it.each([
    [
      'data.size',
      { data: { dataset: 'pets', size: 'x' } },
      'is "x"; expected a side from 1 to 4096, a size such as 64x32 or null',
    ],
    ['data.skipBad', { data: { dataset: 'pets', skipBad: 1 } }, 'is 1; expected true or false'],
    ['data.dataset', { data: {} }, 'is missing; expected text'],
    [
      'engine.provider',
      { engine: { engine: 'onnxruntime', provider: 'foo', threads: null } },
      'is "foo"; expected cpu, cuda',
    ],
    [
      'engine.threads',
      { engine: { engine: 'onnxruntime', provider: 'cpu', threads: -1 } },
      'is -1; expected an integer',
    ],
    ['images', { images: -1 }, 'is -1; expected an integer'],
    ['classNames', { classNames: [1, 2] }, 'is [1,2]; expected a list of text or null'],
    ['place', { place: 5 }, 'is 5; expected text or null'],
    ['dataSha256', { dataSha256: 5 }, 'is 5; expected 64 hexadecimal digits or null'],
  ])('an invalid %s in the record of the run', async (field, edit, found) => {
    const record = JSON.parse(await readFile(run('run.json'), 'utf8'));
    await writeFile(run('run.json'), JSON.stringify({ ...record, ...edit }));
    const content = await contentOf(run());
    const ended = await resume();
    expect(ended.stderr).toContain('error RUN_FILE: run ');
    expect(ended.stderr).toContain(`  ${field} ${found}`);
    expect(await contentOf(run())).toBe(content);
  });

  // Windows has no named pipes in folders.
  it.runIf(process.platform !== 'win32').each([
    ['config.json', /RUN_NOT_FOUND/],
    ['run.json', /RUN_FILE.*found a pipe/],
    ['metrics.jsonl', /metrics\.jsonl: found a pipe/],
    ['lock', /lock: found a pipe/],
  ])('a pipe in place of %s', async (name, error) => {
    await rm(run(name), { force: true });
    execFileSync('mkfifo', [run(name)]);
    const content = await contentOf(run());
    const ended = await train('--resume');
    expect(ended.stderr).toMatch(error);
    expect(ended.code).toBe(1);
    expect(await contentOf(run())).toBe(content);
    if (name === 'lock') return;
    for (const args of [
      ['info', run()],
      ['export-onnx', run(), '--out', path('model')],
    ])
      expect(await isonoise(args)).toMatchObject({ code: 1, stdout: '' });
  });
});
