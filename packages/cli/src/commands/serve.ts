import { Command, Option } from 'commander';
import type { ServeFlags } from '../serving/serve-flags.ts';
import { nonEmpty, real, whole } from '../terminal/arguments.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { providerOption, threadsOption } from './machine-options.ts';

const EXAMPLES = `
Serves the page, the models' files and an HTTP API; GET /v1/openapi.json describes it. Ctrl-C waits for what is being
drawn, a second one does not. The log goes to standard output, a line of JSON for each request.

Examples:
  pnpm serve
  pnpm serve out/quick --port 0
  pnpm serve --host 0.0.0.0 --api-key "$(openssl rand -hex 16)"
  pnpm serve --allow-host draw.example.org         # behind a proxy that passes the name on
  curl -s localhost:4173/v1/sample --json '{"model":"mnist","seed":7,"class":3}' -o three.png`;

/** Ports are 16 bits. */
const MOST_PORT = 65_535;
/** A timer of Node holds 2³¹ − 1 milliseconds; a longer one goes off at once. */
const MOST_SECONDS = 2_147_483;

/** `isonoise serve`. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('serve the page, the models and an HTTP API that draws')
    .argument('[bundles...]', 'folders of further models')
    .optionsGroup('What is served:')
    .option('--models <dir>', 'folder of models', nonEmpty, 'models')
    .option('--page <dir>', 'folder of the built page', nonEmpty, 'packages/web/dist')
    .option('--preload <names...>', 'models to open at once, not when first asked for')
    .optionsGroup('Where, and to whom:')
    .option('--host <address>', 'address to listen on', nonEmpty, '127.0.0.1')
    .option(
      '--allow-host <name>',
      'a further name to be asked by, as behind a proxy; may be repeated',
      (name: string, before: readonly string[] = []) => [...before, name],
    )
    .option(
      '--allow-origin <origin>',
      'pages of this origin may use the API from a browser (CORS), https://draw.example.org, or * for all; may be repeated',
      (origin: string, before: readonly string[] = []) => [...before, origin],
    )
    .option('--port <n>', 'port; 0 picks a free one', whole(0, MOST_PORT), 4173)
    .addOption(
      new Option('--api-key <key>', 'the API wants it as Authorization: Bearer <key>').env(
        'ISONOISE_API_KEY',
      ),
    )
    .optionsGroup('Limits:')
    .option('--max-batch <n>', 'most images of one pass of the network', whole(1))
    .option(
      '--max-images <n>',
      'most images in flight, a quarter kept for small requests; more get 429',
      whole(1),
    )
    .option('--budget <n>', 'most floating-point operations of a request, 4e13 for example', real(1))
    .option('--max-models <n>', 'models that stay open', whole(1))
    .option('--time-limit <seconds>', 'longest time of a request', whole(1, MOST_SECONDS))
    .option('--drain <seconds>', 'at the end, wait so long for what runs', whole(0, MOST_SECONDS), 30)
    .optionsGroup('Machine:')
    .addOption(providerOption())
    .addOption(threadsOption())
    .optionsGroup('Output:')
    .addOption(
      new Option('--log-level <level>', 'of the log')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('info'),
    )
    .option('--quiet', 'only the log')
    .addHelpText('after', EXAMPLES)
    .action(async (bundles: readonly string[], flags: ServeFlags) => {
      const { serveModels } = await import('../serving/serve-models.ts');
      await serveModels(bundles, flags, processTerminal(flags.quiet));
    });
}
