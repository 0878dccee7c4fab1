import { createRequire } from 'node:module';

/** Of this package; `package.json` lies as far above `dist` as above `src`. */
export const VERSION: string = (
  createRequire(import.meta.url)('../../package.json') as { readonly version: string }
).version;
