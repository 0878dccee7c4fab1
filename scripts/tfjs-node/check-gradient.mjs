import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Computes the gradient of a small convolution on tfjs-node in a new
 * process, because loading the addon can crash.
 *
 * @returns {{ ok: true, summary: string } | { ok: false, reason: string }}
 */
export function checkGradient() {
  const script = fileURLToPath(new URL('./gradient-process.mjs', import.meta.url));
  const { status, signal, stdout, stderr, error } = spawnSync(process.execPath, [script], {
    encoding: 'utf8',
    // Hide the library's messages about CPU instructions.
    env: { TF_CPP_MIN_LOG_LEVEL: '2', ...process.env },
    timeout: 120_000,
  });
  if (status === 0) return { ok: true, summary: stdout.trim() };
  const end = signal ? `ended by ${signal}` : (error?.message ?? `exit status ${status}`);
  const text = stderr.trim().split('\n').slice(0, 12).join('\n');
  return { ok: false, reason: text === '' ? end : `${text} (${end})` };
}
