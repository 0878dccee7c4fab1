// Starts worker.ts when the workspace runs from TypeScript source. The thread registers its own loader,
// because it does not inherit the loader of a test runner, and tsx given as `--import` registers itself only
// in the main thread.
import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
