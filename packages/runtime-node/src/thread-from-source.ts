import { fileURLToPath } from 'node:url';
import type { ThreadScript } from './thread.ts';

/**
 * Replaces `threadScript` of thread.ts if the workspace runs from TypeScript source (`imports` in package.json). This
 * module is not published.
 */
export function threadScript(): ThreadScript {
  const file = fileURLToPath(new URL('./worker-from-source.js', import.meta.url));
  return { file, execArgv: ['--conditions=@isonoise/source'] };
}
