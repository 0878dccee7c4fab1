import { fileURLToPath } from 'node:url';
import type { ThreadScript } from './thread.ts';

/** Stands for thread.ts where the workspace runs from TypeScript source (`imports` of package.json); never published code. */
export function threadScript(): ThreadScript {
  const file = fileURLToPath(new URL('./worker-from-source.js', import.meta.url));
  return { file, execArgv: ['--conditions=@isonoise/source'] };
}
