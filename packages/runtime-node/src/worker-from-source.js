// Starts worker.ts where the workspace runs from TypeScript source. A thread needs a loader of its own: it does not
// inherit that of a test runner, and tsx given as `--import` registers itself for the main thread alone.
import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
