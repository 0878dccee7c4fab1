import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-wrapped-'));
  for (const name of ['packages', 'node_modules'])
    await symlink(path.join(root, name), path.join(folder, name));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/**
 * Runs a script in a separate process group. When the script has printed `text`, calls `interrupt` with the process.
 * @returns the exit code and the output of the script
 */
async function script(
  args: readonly string[],
  text: string,
  interrupt: (child: ChildProcess & { readonly pid: number }) => void,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, args, {
    cwd: folder,
    detached: true,
    env: { ...process.env, FORCE_COLOR: '', NODE_OPTIONS: '' },
  });
  let [output, sent] = ['', false];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (more: string) => {
      output += more;
      if (sent || child.pid === undefined || !output.includes(text)) return;
      sent = true;
      interrupt(Object.assign(child, { pid: child.pid }));
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

describe.skipIf(process.platform === 'win32')('a script that runs the command', { timeout: 300_000 }, () => {
  it.each(['SIGTERM', 'SIGHUP'] as const)(
    'passes %s on to the server, and waits for its end',
    async (signal) => {
      const { code, output } = await script(
        [path.join(root, 'scripts', 'serve.mjs'), '--page', 'none', '--models', folder, '--port', '0'],
        'provider',
        (child) => child.kill(signal),
      );
      expect(output).toMatch(/\nstopped\n/);
      // No request is running.
      expect(output).not.toContain('finishing');
      expect(code).toBe(0);
    },
  );

  // SIGHUP is passed on in the same way as SIGTERM, as the server shows above.
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('waits after %s until the training of npm start is saved', async (signal, expected) => {
    await rm(path.join(folder, 'runs'), { recursive: true, force: true });
    const start = path.join(root, 'scripts', 'start.ts');
    const { code, output } = await script(
      ['--conditions=@isonoise/source', '--import', 'tsx', start, '--no-serve', '--steps', '100000'],
      'train 1/',
      // A terminal sends Ctrl-C to all processes of a command; other signals reach only one process.
      (child) => (signal === 'SIGINT' ? process.kill(-child.pid, signal) : child.kill(signal)),
    );
    expect(output).toMatch(/stopped\. Resume it with: pnpm train --name quick --resume\n$/);
    expect(code).toBe(expected);
    expect(await readdir(path.join(folder, 'runs', 'quick', 'checkpoints'))).toHaveLength(1);
  });
});
