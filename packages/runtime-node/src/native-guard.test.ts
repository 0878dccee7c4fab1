import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { closeGuard, createNativeGuard, guarded } from './native-guard.ts';

describe('NativeGuard', () => {
  it('lets a process exit while the model computes', async () => {
    const program = fileURLToPath(new URL('../testdata/exit-mid-run.ts', import.meta.url));
    const outcome = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(
        process.execPath,
        ['--conditions=@isonoise/source', '--import', 'tsx', program],
        (error, _stdout, stderr) => resolve({ code: error?.code, stderr }),
      );
    });
    // Without the guard, the process ends with SIGABRT and prints "terminate called after throwing an instance of 'Napi::Error'".
    expect(outcome).toEqual({ code: 3, stderr: '' });
  });

  it('rejects calls after it is closed', async () => {
    const guard = createNativeGuard();
    expect(await guarded(guard, async () => Atomics.load(guard, 0))).toBe(1);
    expect(Atomics.load(guard, 0)).toBe(0);
    closeGuard(guard);
    await expect(guarded(guard, async () => 1)).rejects.toMatchObject({ code: 'RUNTIME_DISPOSED' });
    expect(Atomics.load(guard, 0)).toBe(0);
  });
});
