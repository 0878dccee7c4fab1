import { Command, Option } from 'commander';
import type { ServeFlags } from '../serving/serve-flags.ts';
import { nonEmpty, real, whole } from '../terminal/arguments.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { optionalRedisOption } from './distributed-options.ts';
import { providerOption, threadsOption } from './machine-options.ts';

const EXAMPLES = `
Serves the page, the models' files and an HTTP API; GET /v1/openapi.json describes the API. Ctrl-C waits for the current
requests; a second Ctrl-C quits at once. The log goes to standard output, one line of JSON per request.

Examples:
  pnpm serve
  pnpm serve out/quick --port 0
  pnpm serve --host 0.0.0.0 --api-key "$(openssl rand -hex 16)"
  pnpm serve --redis redis://127.0.0.1:6379        # accept jobs for workers
  pnpm serve --redis redis://10.0.0.2 --bundle-origin https://draw.example.org
  pnpm serve --allow-host draw.example.org         # behind a proxy that forwards the host name
  curl -s localhost:4173/v1/sample --json '{"model":"mnist","seed":7,"class":3}' -o three.png`;

/** Maximum port number. Port numbers have 16 bits. */
const MAX_PORT = 65_535;
/** Maximum of --time-limit and --drain in seconds. If the delay of a Node timer exceeds 2³¹ − 1 milliseconds, the timer fires at once. */
const MAX_SECONDS = 2_147_483;

/** Creates the verb `isonoise serve`. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('serve the page, the models and an HTTP API for sampling')
    .argument('[bundles...]', 'folders of additional models, or single .onnx files')
    .optionsGroup('What is served:')
    .option('--models <dir>', 'folder of models', nonEmpty, 'models')
    .option('--page <dir>', 'folder of the built page', nonEmpty, 'packages/web/dist')
    .option('--preload <names...>', 'models to open at startup instead of at the first request')
    .addOption(
      optionalRedisOption(
        'accept jobs at /v1/jobs for the workers of pnpm worker, through this Redis server (docs/jobs.md)',
      ),
    )
    .option(
      '--bundle-origin <origin>',
      'origin from which workers download the bundles of this server, such as https://draw.example.org; needed behind a proxy, a Kubernetes service or NAT (default: the address on which this server listens)',
      nonEmpty,
    )
    .optionsGroup('Access:')
    .option('--host <address>', 'address to listen on', nonEmpty, '127.0.0.1')
    .option(
      '--allow-host <name>',
      'additional host name that requests may use, for example behind a proxy; may be repeated',
      (name: string, before: readonly string[] = []) => [...before, name],
    )
    .option(
      '--allow-origin <origin>',
      'origin whose pages may use the API (CORS), such as https://draw.example.org, or * for all; may be repeated',
      (origin: string, before: readonly string[] = []) => [...before, origin],
    )
    .option('--port <n>', 'port; 0 picks a free port', whole(0, MAX_PORT), 4173)
    .addOption(
      new Option('--api-key <key>', 'key that the API requires as Authorization: Bearer <key>').env(
        'ISONOISE_API_KEY',
      ),
    )
    .optionsGroup('Limits:')
    .option('--max-batch <n>', 'maximum number of images in one pass of the network', whole(1))
    .option(
      '--max-images <n>',
      'maximum number of images in flight; a quarter is reserved for small requests, and requests above the limit get 429',
      whole(1),
    )
    .option(
      '--budget <n>',
      'maximum number of floating-point operations per request, for example 4e13',
      real(1),
    )
    .option('--max-models <n>', 'maximum number of models kept open', whole(1))
    .option('--time-limit <seconds>', 'maximum duration of a request', whole(1, MAX_SECONDS))
    .option(
      '--drain <seconds>',
      'maximum time to wait for running requests on shutdown',
      whole(0, MAX_SECONDS),
      30,
    )
    .optionsGroup('Machine:')
    .addOption(providerOption())
    .addOption(threadsOption())
    .optionsGroup('Output:')
    .addOption(
      new Option('--log-level <level>', 'lowest level of log entries')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('info'),
    )
    .option('--quiet', 'print only the log')
    .addHelpText('after', EXAMPLES)
    .action(async (bundles: readonly string[], flags: ServeFlags) => {
      const { serveModels } = await import('../serving/serve-models.ts');
      await serveModels(bundles, flags, processTerminal(flags.quiet));
    });
}
