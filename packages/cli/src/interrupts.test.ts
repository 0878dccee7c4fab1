import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAIN } from '../testdata/isonoise-command.ts';

/** Command for a shell. The paths contain no special characters. */
const ISONOISE = `${process.execPath} --conditions=@isonoise/source --import tsx ${MAIN}`;
const TINY =
  '--channels 8,8 --optimizer adamw --batch-size 4 --limit 8 --steps 1000000 --checkpoint-every 1000000 --sample-every 0 --threads 1';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-interrupts-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface ShellOptions {
  /** Called with the whole standard error each time it grows. */
  readonly onError?: (stderr: string, child: ChildProcess) => void;
  /**
   * Whether tsx compiles every module, as in a fresh checkout. It does so in a child process, which also gets
   * the signals. Otherwise, tsx uses its cache, which saves one or two seconds.
   */
  readonly fresh?: boolean;
}

/** Runs a shell command in a new process group, like a terminal. */
async function shell(command: string, { onError, fresh = false }: ShellOptions = {}): Promise<Ended> {
  const child = spawn('bash', ['-c', command], {
    detached: true,
    env: {
      ...process.env,
      ...(fresh && { TSX_DISABLE_CACHE: '1' }),
      FORCE_COLOR: '',
      NODE_OPTIONS: '',
      RUNS: join(root, 'runs'),
    },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    onError?.(stderr, child);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, stdout, stderr };
}

/**
 * Returns a listener that closes the terminal when the text appears. To do so, it kills the `script` process.
 */
function killTerminalOnce(text: string): (stderr: string) => void {
  let killed = false;
  return (stderr) => {
    const pid = /^script (\d+)$/m.exec(stderr)?.[1];
    if (killed || pid === undefined || !stderr.includes(text)) return;
    killed = true;
    process.kill(Number(pid), 'SIGKILL');
  };
}

/** Returns a listener that sends a signal to the whole process group when the text appears, like Ctrl-C. */
function whenPrinted(text: string, signal: NodeJS.Signals): (stderr: string, child: ChildProcess) => void {
  let sent = false;
  return (stderr, { pid }) => {
    if (sent || pid === undefined || !stderr.includes(text)) return;
    sent = true;
    process.kill(-pid, signal);
  };
}

const train = (name: string, rest = ''): string =>
  `exec ${ISONOISE} train --runs $RUNS --name ${name} ${TINY} ${rest}`;
const checkpoints = (name: string): Promise<string[]> => readdir(join(root, 'runs', name, 'checkpoints'));

describe.skipIf(process.platform === 'win32')('training', { timeout: 300_000 }, () => {
  it('saves one checkpoint if Ctrl-C and SIGHUP arrive twice, for example from a package manager and a closed terminal', async () => {
    let sent = false;
    const ended = await shell(train('twice'), {
      onError: (stderr, { pid }) => {
        if (sent || pid === undefined || !stderr.includes('train 1/')) return;
        sent = true;
        for (const signal of ['SIGINT', 'SIGINT', 'SIGHUP', 'SIGHUP'] as const) process.kill(-pid, signal);
      },
    });
    expect(ended.stderr).toContain('stopped. Resume it with: ');
    // The order of signals that are pending at the same time is unspecified.
    expect([129, 130]).toContain(ended.code);
    expect(await checkpoints('twice')).toHaveLength(1);
  });

  it.skipIf(process.platform !== 'linux')(
    'saves a checkpoint when its terminal is closed, and ends with the exit code of SIGHUP',
    async () => {
      const codeFile = join(root, 'hangup-code');
      // `script` creates a terminal. Killing `script` closes the terminal; the shell inside survives and reports
      // the code.
      const inside = `trap : HUP; ${train('hangup').replace('exec ', '')}; echo $? >${codeFile}`;
      const ended = await shell(
        `script --quiet --flush --return --command '${inside}' ${join(root, 'typescript')} >&2 & echo script $! >&2; wait`,
        { onError: killTerminalOnce('ready in') },
      );
      expect(ended.code).toBe(0);
      await expect.poll(() => readFile(codeFile, 'utf8').catch(() => '')).toBe('129\n');
      expect(await checkpoints('hangup')).toHaveLength(1);
      expect(await readdir(join(root, 'runs', 'hangup'))).not.toContain('lock');
    },
  );

  // SIGHUP is tested above by a closed terminal.
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'saves a checkpoint at %s, prints how to resume, and ends with exit code %d',
    async (signal, code) => {
      const name = signal.toLowerCase();
      const ended = await shell(train(name), {
        onError: whenPrinted('train 1/', signal),
        fresh: signal === 'SIGINT',
      });
      expect(ended.stderr).toContain(
        `stopped. Resume it with: pnpm train --name ${name} --runs ${root}/runs --resume\n`,
      );
      expect(ended.stderr).not.toMatch(/error|service/);
      expect(ended).toMatchObject({ code, signal: null });
      expect(await checkpoints(name)).toHaveLength(1);
      expect(await readdir(join(root, 'runs', name))).not.toContain('lock');
    },
  );

  it.each([
    ['the engine starts', 'isonoise train'],
    ['the run begins', 'ready in'],
  ])('ends cleanly if it is interrupted while %s', async (title, text) => {
    const name = title.replaceAll(' ', '-');
    const ended = await shell(train(name, '--json'), { onError: whenPrinted(text, 'SIGINT'), fresh: true });
    const lines = ended.stdout.trim().split('\n');
    const last: unknown = JSON.parse(lines.at(-1) ?? '');
    if (ended.stderr.includes('nothing was written')) {
      expect(lines).toHaveLength(1);
      expect(last).toMatchObject({
        type: 'failed',
        ok: false,
        error: {
          code: 'CLI_INTERRUPTED',
          exitCode: 130,
          message: expect.stringContaining('nothing was written'),
        },
      });
    } else expect(last).toMatchObject({ type: 'stopped' });
    expect(ended.stderr).toMatch(
      /stopped before the run began; nothing was written|stopped\. Resume it with: /,
    );
    expect(ended.stderr).not.toMatch(/error|service/);
    expect(ended).toMatchObject({ code: 130, signal: null });
    const runs = await readdir(join(root, 'runs'));
    if (ended.stderr.includes('nothing was written')) expect(runs).not.toContain(name);
    else expect(await checkpoints(name)).toHaveLength(1);
  });

  it.each([
    ['standard output', '--json --quiet 2>$RUNS-errors | head -1'],
    // This reader ends after the first line about a step.
    ['standard error', '2> >(sed "/^train /q" >$RUNS-errors)'],
  ])('saves a checkpoint and prints no error if the reader of %s closes the pipe', async (title, rest) => {
    const name = title.replace(' ', '-');
    const ended = await shell(`set -o pipefail; ${train(name, rest).replace('exec ', '')}`);
    expect(ended.code).toBe(141);
    expect(ended.stderr).toBe('');
    expect(await readFile(`${join(root, 'runs')}-errors`, 'utf8')).not.toMatch(/Error|EPIPE| {4}at /);
    expect(await checkpoints(name)).toHaveLength(1);
    expect(await readdir(join(root, 'runs', name))).not.toContain('lock');
  });

  it.skipIf(process.platform !== 'linux')(
    'saves a checkpoint, and reports the output that cannot be written',
    async () => {
      const ended = await shell(train('full', '--json >/dev/full'));
      expect(ended.stderr).toMatch(/error CLI_OUTPUT_LOST: standard output: ENOSPC.*is incomplete/);
      expect(ended.code).toBe(1);
      expect(await checkpoints('full')).toHaveLength(1);
    },
  );
});

describe.skipIf(process.platform === 'win32')('a command other than train', { timeout: 300_000 }, () => {
  it.each(['--help', 'data list', 'info $RUNS/sigint', 'info $RUNS/sigint --json'])(
    'prints no error if the reader of "%s" closes the pipe',
    async (words) => {
      const ended = await shell(`set -o pipefail; ${ISONOISE} ${words} | true`);
      expect(ended.stderr).toBe('');
      expect(ended.code).toBe(141);
    },
  );

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    'reports that %s interrupted it while it was loading, and ends with exit code %d',
    async (signal, code) => {
      const command = `echo begun >&2; exec ${ISONOISE} export-onnx $RUNS/sigint --out $RUNS/model --json`;
      const ended = await shell(command, {
        onError: whenPrinted('isonoise export-onnx', signal),
        fresh: signal === 'SIGINT',
      });
      expect(JSON.parse(ended.stdout)).toEqual({
        ok: false,
        error: { code: 'CLI_INTERRUPTED', message: 'interrupted', exitCode: code },
      });
      expect(ended.stderr).toMatch(/interrupted\n$/);
      expect(ended.stderr).not.toMatch(/error|service/);
      expect(ended).toMatchObject({ code, signal: null });
      expect(await readdir(join(root, 'runs'))).not.toContain('model');
    },
  );

  it.skipIf(process.platform !== 'linux')(
    'reports as JSON that standard error cannot be written',
    async () => {
      const words = 'export-onnx $RUNS/sigint --out $RUNS/lost-report --json';
      const ended = await shell(`exec ${ISONOISE} ${words} 2>/dev/full`);
      expect(JSON.parse(ended.stdout)).toEqual({
        ok: false,
        error: {
          code: 'CLI_OUTPUT_LOST',
          message: expect.stringContaining('standard error: ENOSPC'),
          exitCode: 1,
        },
      });
      expect(ended).toMatchObject({ code: 1, signal: null });
      expect(await readdir(join(root, 'runs'))).not.toContain('lost-report');
    },
  );

  it('reports that its working folder was removed', async () => {
    // The folder is removed after tsx has started, because tsx needs a working folder.
    const leave = `const { chdir } = process; const fs = await import('node:fs'); fs.mkdirSync('$RUNS/gone');
      chdir('$RUNS/gone'); fs.rmdirSync('$RUNS/gone');`.replaceAll(/\s+/g, ' ');
    const program = ISONOISE.replace(MAIN, `--import "data:text/javascript,${leave}" ${MAIN}`);
    for (const words of ['info $RUNS/sigint --json', 'train --json', 'serve --port 0']) {
      const ended = await shell(`exec ${program} ${words}`);
      const message =
        'isonoise: the working folder no longer exists. Change to a folder that exists (cd), and run the command again.';
      expect(ended.stderr).toBe(`error CLI_WORKING_FOLDER_GONE: ${message}\n`);
      expect(ended.code).toBe(1);
      if (words.includes('--json'))
        expect(JSON.parse(ended.stdout)).toMatchObject({
          error: { code: 'CLI_WORKING_FOLDER_GONE', message },
        });
    }
  });
});
