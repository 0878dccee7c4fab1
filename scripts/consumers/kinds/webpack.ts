import type { Consumer } from '../consumer.ts';
import { drawModule, pageHtml, pageModule } from '../drawing.ts';

/** A server for the built files. It sends their media types, which browsers require. */
const server = `import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';

const types = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm', '.json': 'application/json' };
createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  const file = path.join('dist', pathname === '/' ? 'index.html' : pathname);
  try {
    const bytes = await readFile(file);
    response.writeHead(200, { 'Content-Type': types[path.extname(file)] ?? 'application/octet-stream' }).end(bytes);
  } catch {
    response.writeHead(404).end();
  }
}).listen(0, '127.0.0.1', function () {
  console.log('http://127.0.0.1:' + this.address().port);
});
`;

export const webpack: Consumer = {
  title: 'a page built with webpack 5, without extra configuration',
  ours: ['isonoise'],
  packages: { webpack: '5.113.0' },
  files: {
    'dist/index.html': pageHtml,
    'src/main.js': pageModule,
    'src/draw.js': drawModule,
    'server.js': server,
    'build.js': `import path from 'node:path';
import webpack from 'webpack';

const config = {
  mode: 'production',
  entry: './src/main.js',
  output: { path: path.resolve('dist') },
  performance: { hints: false }, // ONNX Runtime is large, but fetched only when it is used
};
webpack(config, (error, stats) => {
  console.log(error ?? stats.toString('errors-warnings'));
  if (error || stats.hasErrors() || stats.hasWarnings()) process.exitCode = 1;
});
`,
  },
  model: 'dist/models/mnist',
  async use(workshop) {
    await workshop.run('node', ['build.js']);
    return { page: await workshop.openPage(await workshop.serve('node', ['server.js'], /(http:\S+)/)) };
  },
};
