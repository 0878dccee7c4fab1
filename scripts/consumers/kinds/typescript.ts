import type { Consumer } from '../consumer.ts';

const compilerOptions = {
  target: 'ES2022',
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
};

/**
 * Options of three setups. `both` is one tsconfig for a server and its page, as in Next and SvelteKit. Our
 * declarations are checked too, except in `node`, because ONNX Runtime's types need those of the DOM.
 */
const configs = {
  both: {
    module: 'ESNext',
    moduleResolution: 'Bundler',
    lib: ['ES2023', 'DOM', 'DOM.Iterable'],
    types: ['node'],
    skipLibCheck: false,
  },
  node: { skipLibCheck: true, module: 'NodeNext', lib: ['ES2023'], types: ['node'] },
  page: {
    skipLibCheck: false,
    module: 'ESNext',
    moduleResolution: 'Bundler',
    lib: ['ES2023', 'DOM', 'DOM.Iterable'],
    types: [],
  },
};

const server = `import { loadModel, type Model } from 'isonoise';
import { loadModel as loadInNode } from 'isonoise/node';

export const model: Model = await loadModel('models/mnist', { provider: 'cpu', verifyHashes: false, threads: 1 });
export const exact: Model = await loadInNode('models/mnist', { provider: 'cuda' });
// Compiling asserts that the next line is an error.
// @ts-expect-error: an option of pages, which the types of isonoise/node reject
await loadInNode('models/mnist', { cache: false });
`;

const client = `import { loadModel, type LoadOptions, type Model } from 'isonoise';
import { loadModel as loadInPage } from 'isonoise/browser';

const options: LoadOptions = {
  provider: 'wasm',
  cache: false,
  onProgress: ({ loaded, total }) => console.log(loaded / total),
};
export const model: Model = await loadModel('/models/mnist', options);
export const exact: Model = await loadInPage([new File([], 'model.onnx')], { provider: 'webgpu' });
// Compiling asserts that the next line is an error.
// @ts-expect-error: misspelt
await loadModel('/models/mnist', { onprogress: () => {} });
for await (const { preview } of model.sample({ seed: 7, count: 4 })) preview.fill(0);
`;

const tsconfig = (options: object, include: readonly string[]): string =>
  JSON.stringify({ compilerOptions: { ...compilerOptions, ...options }, include }, undefined, 2);

export const typescript: Consumer = {
  title: 'types: one tsconfig for server and page, only a server, only a page; declarations checked',
  ours: ['isonoise'],
  packages: { typescript: '6.0.3', '@types/node': '20.19.43' },
  files: {
    'server.ts': server,
    'client.ts': client,
    'tsconfig.json': tsconfig(configs.both, ['*.ts']),
    'tsconfig.node.json': tsconfig(configs.node, ['server.ts']),
    'tsconfig.page.json': tsconfig(configs.page, ['client.ts']),
  },
  model: 'models/mnist',
  async use(workshop) {
    for (const name of ['tsconfig.json', 'tsconfig.node.json', 'tsconfig.page.json'])
      await workshop.run('tsc', ['-p', name]);
    return {};
  },
};
