import { ANSWER_HEADERS } from '@isonoise/api';
import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Logger } from 'pino';
import type { Environment, Services } from './environment.ts';
import { errorAnswer } from './error-answer.ts';
import { ServerError } from './errors.ts';
import { type PageLogLevel, requestLog } from './observability/request-log.ts';
import { BOARD_PATH } from './remote/board-path.ts';
import { boardRoute } from './routes/board.ts';
import { bundleFilesRoute } from './routes/bundle-files.ts';
import { healthRoutes } from './routes/health.ts';
import { jobRoutes } from './routes/jobs.ts';
import { methodsByPattern, otherMethods } from './routes/methods.ts';
import { metricsRoute } from './routes/metrics.ts';
import { modelsRoute } from './routes/models.ts';
import { openApiRoute } from './routes/openapi.ts';
import { pageRoute } from './routes/page.ts';
import { sampleRoute } from './routes/sample.ts';
import { checkBrowserKey, type KeyCheck } from './security/api-key.ts';
import { BOARD_HEADERS, SECURITY_HEADERS } from './security/headers.ts';
import type { HostCheck } from './security/host.ts';
import { requireHost } from './security/host-middleware.ts';
import { allowOrigins } from './security/origins.ts';

export interface AppOptions {
  readonly page: string;
  /** Checks requests to protected paths; undefined if the server has no key. */
  readonly checkKey: KeyCheck | undefined;
  readonly checkHost: HostCheck;
  /** Origins whose pages may use the server. */
  readonly allowOrigins: readonly string[];
  readonly log: Logger;
  readonly pageLogLevel: PageLogLevel;
  /** Whether each response should close its connection. */
  readonly shuttingDown: () => boolean;
}

/** Maximum length of a request id that a client sets. */
const LONGEST_ID = 128;

/** Log level of a response: only 500 is a fault of the server; 501 and above report a temporary condition. */
function levelOf(status: number): 'debug' | 'warn' | 'error' {
  if (status < 500) return 'debug';
  return status === 500 ? 'error' : 'warn';
}

/** Creates the app: routes and middleware. */
export function createApp(services: Services, options: AppOptions): Hono<Environment> {
  const { checkKey, checkHost, log, page, pageLogLevel, shuttingDown } = options;
  const { metrics } = services;
  const app = new Hono<Environment>();

  app.use(requestId({ limitLength: LONGEST_ID }));
  let routes: ReadonlyMap<string, readonly string[]> = new Map();
  app.use(requestLog(log, metrics, { isRoute: (pattern) => routes.has(pattern), pageLogLevel }));
  app.use(async (context, next) => {
    await next();
    // Headers are set after the handler, because a handler that creates its own Response drops headers set before.
    const { headers } = context.res;
    const isBoard = `${context.req.path}/`.startsWith(`${BOARD_PATH}/`);
    const security = isBoard ? BOARD_HEADERS : SECURITY_HEADERS;
    for (const [name, value] of Object.entries(security)) headers.set(name, value);
    headers.set(ANSWER_HEADERS.requestId, context.get('requestId'));
    // A keep-alive connection would outlive the server.
    if (shuttingDown()) headers.set('Connection', 'close');
  });
  app.use(async (context, next) => {
    if (context.env?.refusal !== undefined) throw context.env.refusal;
    await next();
  });
  // The health routes come before the host check: probes use an IP address, and these routes disclose nothing
  // about the models.
  healthRoutes(app, services);
  app.use(requireHost(checkHost, () => services.remote?.bundleOrigins ?? []));
  // Allowed origins are checked after the host, because a DNS-rebinding site sends requests from its own
  // origin.
  if (options.allowOrigins.length > 0) {
    app.use(allowOrigins(options.allowOrigins, () => [...new Set([...routes.values()].flat())]));
  }
  if (checkKey !== undefined) {
    for (const path of ['/v1/*', '/metrics']) {
      app.use(path, async (context, next) => {
        checkKey(context.req.header('Authorization'));
        await next();
      });
    }
    for (const path of [BOARD_PATH, `${BOARD_PATH}/*`]) {
      app.use(path, async (context, next) => {
        checkBrowserKey(checkKey, context.req.header('Authorization'));
        await next();
      });
    }
  }

  for (const route of [metricsRoute, modelsRoute, sampleRoute, jobRoutes, boardRoute, bundleFilesRoute]) {
    route(app, services);
  }
  openApiRoute(app, { needsKey: checkKey !== undefined });
  routes = methodsByPattern(app);
  otherMethods(app);
  pageRoute(app, page);

  app.notFound((context) => {
    throw new ServerError('NOT_FOUND', `${context.req.method} ${context.req.path} does not exist.`);
  });
  app.onError((error, context) => {
    const { status, headers, error: answer } = errorAnswer(error, context.get('requestId'));
    metrics.refused.inc({ code: answer.code });
    const logger = context.get('log') ?? log;
    logger[levelOf(status)]({ err: error }, answer.code);
    return context.json({ error: answer }, status as ContentfulStatusCode, { ...headers });
  });
  return app;
}
