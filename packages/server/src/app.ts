import { ANSWER_HEADERS } from '@isonoise/api';
import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Logger } from 'pino';
import type { Environment, Services } from './environment.ts';
import { errorAnswer } from './error-answer.ts';
import { ServerError } from './errors.ts';
import { requestLog } from './observability/request-log.ts';
import { bundleFilesRoute } from './routes/bundle-files.ts';
import { healthRoutes } from './routes/health.ts';
import { methodsByPattern, otherMethods } from './routes/methods.ts';
import { metricsRoute } from './routes/metrics.ts';
import { modelsRoute } from './routes/models.ts';
import { openApiRoute } from './routes/openapi.ts';
import { pageRoute } from './routes/page.ts';
import { sampleRoute } from './routes/sample.ts';
import type { KeyCheck } from './security/api-key.ts';
import { SECURITY_HEADERS } from './security/headers.ts';
import type { HostCheck } from './security/host.ts';
import { allowOrigins } from './security/origins.ts';

export interface AppOptions {
  readonly page: string;
  /** Of requests for what is behind a key; none where there is no key. */
  readonly checkKey: KeyCheck | undefined;
  readonly checkHost: HostCheck;
  /** Origins whose pages may use the server. */
  readonly allowOrigins: readonly string[];
  readonly log: Logger;
  /** Whether connections are to be closed with their answer. */
  readonly shuttingDown: () => boolean;
}

/** Longest id that a client may give its request. */
const LONGEST_ID = 128;

/** Only 500 is an error of the server; the others above it say what it cannot do now. */
function levelOf(status: number): 'debug' | 'warn' | 'error' {
  if (status < 500) return 'debug';
  return status === 500 ? 'error' : 'warn';
}

/** Routes and what goes around them. */
export function createApp(services: Services, options: AppOptions): Hono<Environment> {
  const { checkKey, checkHost, log, page, shuttingDown } = options;
  const { metrics } = services;
  const app = new Hono<Environment>();

  app.use(requestId({ limitLength: LONGEST_ID }));
  let routes: ReadonlyMap<string, readonly string[]> = new Map();
  app.use(requestLog(log, metrics, (pattern) => routes.has(pattern)));
  app.use(async (context, next) => {
    await next();
    // On the finished answer: one that a handler made itself would not have what was said before.
    const { headers } = context.res;
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) headers.set(name, value);
    headers.set(ANSWER_HEADERS.requestId, context.get('requestId'));
    // A kept connection would outlive the server.
    if (shuttingDown()) headers.set('Connection', 'close');
  });
  app.use(async (context, next) => {
    if (context.env?.refusal !== undefined) throw context.env.refusal;
    await next();
  });
  // Before the host is checked: a probe asks by an address, and learns nothing of what is here.
  healthRoutes(app, services);
  app.use(async (context, next) => {
    // Without bindings nobody listens: the request came from this program.
    checkHost(context.req.url, context.env?.onLoopback ?? false);
    await next();
  });
  // After the host: a site that pretends to be this server asks from its own origin.
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
  }

  for (const route of [metricsRoute, modelsRoute, sampleRoute, bundleFilesRoute]) {
    route(app, services);
  }
  openApiRoute(app, { needsKey: checkKey !== undefined });
  routes = methodsByPattern(app);
  otherMethods(app);
  pageRoute(app, page);

  app.notFound((context) => {
    throw new ServerError('NOT_FOUND', `there is no ${context.req.method} ${context.req.path}.`);
  });
  app.onError((error, context) => {
    const { status, headers, error: told } = errorAnswer(error, context.get('requestId'));
    metrics.refused.inc({ code: told.code });
    const logger = context.get('log') ?? log;
    logger[levelOf(status)]({ err: error }, told.code);
    return context.json({ error: told }, status as ContentfulStatusCode, { ...headers });
  });
  return app;
}
