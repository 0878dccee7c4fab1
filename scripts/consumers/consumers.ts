import type { Consumer } from './consumer.ts';
import { bun } from './kinds/bun.ts';
import { cli } from './kinds/cli.ts';
import { deno } from './kinds/deno.ts';
import { esbuild } from './kinds/esbuild.ts';
import { next } from './kinds/next.ts';
import { npmNode } from './kinds/npm-node.ts';
import { typescript } from './kinds/typescript.ts';
import { vite } from './kinds/vite.ts';
import { webpack } from './kinds/webpack.ts';

/** Every consumer, by its name on the command line of `pnpm consumers`. */
export const consumers = {
  'npm-node': npmNode,
  vite,
  webpack,
  next,
  esbuild,
  bun,
  deno,
  typescript,
  cli,
} as const satisfies Readonly<Record<string, Consumer>>;
