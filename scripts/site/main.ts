// `pnpm build:site`: writes a static site that draws with chosen models.
import path from 'node:path';
import { parseFlags } from '../parse-flags.ts';
import { reportFailure } from '../report-failure.ts';
import { scriptError } from '../script-error.ts';
import { buildSite, HOST_LIMIT } from './build-site.ts';

const HELP = `pnpm build:site [--models folder]... [--out folder] [--webgpu] [--no-isolation]

Writes a static site: the page with the given models. Any file host can serve it from any folder, without a server of isonoise.
Visitors draw, train and inspect on their own devices; the site also works offline after the first visit.

  --models folder   folder of a model; repeat the option for several models (default: models/mnist)
  --out folder      folder for the site (default: out/site)
  --webgpu          also draw on GPUs; adds a file of 27 MB, which some hosts do not accept
  --no-isolation    do not isolate the page with its service worker; WebAssembly then runs on one thread, unless the host
                    sends the headers for isolation

The service worker isolates the page from other sites, because browsers require this for threads. It reloads the page once.
A visitor can prevent this with ?isolation=off in the address.

Examples:
  pnpm build:site && npx serve out/site
  pnpm build:site --models models/mnist --models models/icons --webgpu`;

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const REPOSITORY = path.resolve(import.meta.dirname, '../..');

try {
  const { values, positionals } = parseFlags(
    process.argv.slice(2),
    {
      models: { type: 'string', multiple: true, default: ['models/mnist'] },
      out: { type: 'string', default: 'out/site' },
      webgpu: { type: 'boolean', default: false },
      'no-isolation': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
    (reason, cause) => scriptError('SITE_USAGE', `site: ${reason}`, { cause }),
  );
  if (positionals.length > 0)
    throw scriptError(
      'SITE_USAGE',
      `site: got ${positionals.join(' ')}; expected only options. Name each model with --models.`,
    );
  if (values.help) console.log(HELP);
  else {
    const page = path.join(REPOSITORY, 'packages/web/dist');
    const { models, out, webgpu, 'no-isolation': noIsolation } = values;
    const { files } = await buildSite({ page, models, out, wasmOnly: !webgpu, isolate: !noIsolation });
    const bytes = [...files.values()].reduce((sum, each) => sum + each, 0);
    console.log(`${out}: ${files.size} files, ${megabytes(bytes)} uncompressed. Try it: npx serve ${out}`);
    for (const [name, size] of files)
      if (size > HOST_LIMIT)
        console.log(`${name} has ${megabytes(size)}; some hosts accept only ${megabytes(HOST_LIMIT)}`);
  }
} catch (error) {
  reportFailure(error, HELP);
}
