import { createRequire } from 'node:module';

/** Version of this package. The path to `package.json` is the same from `dist` and `src`. */
export const VERSION: string = (
  createRequire(import.meta.url)('../../package.json') as { readonly version: string }
).version;
