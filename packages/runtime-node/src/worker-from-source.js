// Starts worker.ts if the workspace runs from TypeScript source. The thread must register its own loader: it does not
// inherit the loader of a test runner, and `--import tsx` registers tsx only in the main thread.
import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
