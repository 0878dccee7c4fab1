import { fileURLToPath } from 'node:url';
import type { ThreadScript } from './thread.ts';

/**
 * Replaces thread.ts when the workspace runs from TypeScript source (`imports` of package.json). It is not
 * published.
 */
export function threadScript(): ThreadScript {
  const file = fileURLToPath(new URL('./worker-from-source.js', import.meta.url));
  return { file, execArgv: ['--conditions=@isonoise/source'] };
}
