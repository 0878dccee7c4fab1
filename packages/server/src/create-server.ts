import path from 'node:path';
import type { DenoiserHandle } from '@isonoise/runtime';
import { createDenoiser, type NodeRuntimeOptions } from '@isonoise/runtime-node';
import type { Hono } from 'hono';
import type { Logger } from 'pino';
import { createApp } from './app.ts';
import type { Environment } from './environment.ts';
import { ServerError } from './errors.ts';
import { bodyMemory } from './http/json-body.ts';
import { completeLimits, type ServerLimits } from './limits.ts';
import { createModels, type Models } from './models/models.ts';
import { createReadiness } from './models/readiness.ts';
import { addJobMetrics } from './observability/job-metrics.ts';
import { createLog } from './observability/log.ts';
import { createMetrics } from './observability/metrics.ts';
import type { PageLogLevel } from './observability/request-log.ts';
import { isPageBuilt } from './routes/page.ts';
import { Jobs } from './sampling/jobs.ts';
import { keyCheck } from './security/api-key.ts';
import { hostCheck } from './security/host.ts';
import { originOfBundles } from './security/origins.ts';
import { timerMs } from './timer-ms.ts';

export interface ServerOptions {
  /** Folder that contains the models, one per subfolder. Default `models`. */
  readonly models?: string | undefined;
  /** Folders of additional bundles. */
  readonly bundles?: readonly string[] | undefined;
  /** Folder of the built web page. Default `packages/web/dist`. */
  readonly page?: string | undefined;
  /**
   * If given, the API requires `Authorization: Bearer <key>`. The web page, bundles and health routes do not need it.
   */
  readonly apiKey?: string | undefined;
  /**
   * Names that are accepted as `Host`, in addition to loopback names. Behind a proxy that forwards a public
   * name, list that name. Default none: a server on loopback accepts only loopback names; on other addresses
   * it accepts every name.
   */
  readonly allowHosts?: readonly string[] | undefined;
  /**
   * Origins whose pages may use the server from a browser (CORS), such as `https://draw.example.org`; `*` for
   * all. Default none: pages of other sites can neither draw nor read responses.
   */
  readonly allowOrigins?: readonly string[] | undefined;
  /** Models to open at the start instead of at their first request. */
  readonly preload?: readonly string[] | undefined;
  /** Provider and threads of the models. */
  readonly runtime?: NodeRuntimeOptions | undefined;
  /**
   * Address of the Redis server of the jobs, such as `redis://:password@host:6379/0`. Default none: the server does not
   * accept jobs.
   */
  readonly redis?: string | undefined;
  /**
   * Origin at which workers download bundles from this server, such as `https://draw.example.org`. Default: the address on
   * which it listens; if it listens on all addresses, its address in the network that it shares with Redis. Set this
   * option behind a proxy, a service of Kubernetes, or NAT.
   */
  readonly bundleOrigin?: string | undefined;
  readonly limits?: Partial<ServerLimits> | undefined;
  /** Logger of the server. Default: no log. */
  readonly log?: Logger | undefined;
  /**
   * Log level of successful requests for the page's files. Default `info`, the level of all other requests.
   */
  readonly pageLogLevel?: PageLogLevel | undefined;
  /** Opens the network in the folder of a bundle. Default: `createDenoiser` of `@isonoise/runtime-node`. */
  readonly open?: ((folder: string, options: NodeRuntimeOptions) => Promise<DenoiserHandle>) | undefined;
}

/** A server that does not listen yet. Pass it to `serve`, or call its `app.fetch`. */
export interface Server {
  readonly app: Hono<Environment>;
  readonly models: Models;
  readonly needsKey: boolean;
  readonly page: { readonly folder: string; readonly built: boolean };
  /**
   * Connects to the store of jobs, if the server has one. Without this call, the first request for jobs connects.
   *
   * @returns what is wrong with the store; undefined if jobs can be sent, or if the server has no store
   */
  connectJobs(): Promise<string | undefined>;
  /** Number of requests that are drawing or using jobs. Streams of events do not count. */
  running(): number;
  /**
   * Rejects new work, waits for running requests and downloads, and frees the models.
   * @param limitMs after this time, running requests are stopped between steps and answered with
   *   `SHUTTING_DOWN`; downloads of job results are cut off
   */
  shutDown(limitMs: number): Promise<void>;
}

/**
 * Creates a server for a folder of models. The caller must call `shutDown`.
 *
 * @throws ServerError `SERVER_MODEL_NAME_TAKEN`, `MODEL_NOT_FOUND` (bundles), `SERVER_PRELOAD_INVALID`,
 *   `SERVER_HOST_INVALID`, `SERVER_ORIGIN_INVALID`, `SERVER_KEY_INVALID`, `SERVER_LIMIT_INVALID`
 */
export async function createServer(options: ServerOptions = {}): Promise<Server> {
  const {
    models: folder = 'models',
    bundles = [],
    preload = [],
    runtime = {},
    apiKey,
    allowHosts = [],
    allowOrigins = [],
  } = options;
  const { open = createDenoiser, log = createLog('silent') } = options;
  const checkHost = hostCheck(allowHosts);
  const page = path.resolve(options.page ?? 'packages/web/dist');
  const limits = completeLimits(options.limits);
  const checkKey = apiKey === undefined ? undefined : keyCheck(apiKey);

  const broken = new Map<string, string>();
  const models = await createModels({
    models: folder,
    bundles,
    limits,
    open: (place) => open(place, runtime),
    onBroken: (model, reason) => {
      // Probes check the bundles repeatedly; each problem is logged once.
      if (broken.get(model) === String(reason)) return;
      broken.set(model, String(reason));
      log.warn({ model, err: reason }, 'a bundle cannot be used');
    },
    on: {
      opened: (model, { provider }, ms) => log.info({ model, provider, ms: Math.round(ms) }, 'model opened'),
      passed(model, { images, milliseconds }) {
        metrics.imageSteps.inc({ model }, images);
        metrics.passImages.observe({ model }, images);
        metrics.passSeconds.observe({ model }, milliseconds / 1000);
      },
      restarts(model, reason) {
        metrics.restarts.inc({ model });
        log.error({ model, err: reason }, 'the thread of a model ended; the model will be reopened');
      },
      closeFailed: (reason) => log.error({ err: reason }, 'a model could not be closed'),
    },
  });
  for (const name of preload) {
    await models.folder(name).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ServerError('SERVER_PRELOAD_INVALID', `preload: ${reason}`, { cause });
    });
  }
  const jobs = new Jobs({ models, limits });
  // The packages of the queue are loaded only if they are needed.
  const remote =
    options.redis === undefined
      ? undefined
      : (await import('./remote/remote-jobs.ts')).createRemoteJobs({
          url: options.redis,
          models,
          limits,
          bundleOrigin:
            options.bundleOrigin === undefined ? undefined : originOfBundles(options.bundleOrigin),
          log,
        });
  const metrics = createMetrics({
    imagesInFlight: () => jobs.admission.images,
    requestsInFlight: () => jobs.admission.requests,
    workSeconds: () => jobs.admission.workMs / 1000,
    modelsOpen: () => models.open(),
  });

  const readJobMetrics = remote && addJobMetrics(metrics.registry, () => remote.snapshot());

  let shuttingDown = false;
  const readiness = createReadiness({
    models,
    preload,
    shuttingDown: () => shuttingDown,
    onFailure: (reason) => log.error({ err: reason }, 'a model could not be opened'),
  });

  const app = createApp(
    {
      models,
      jobs,
      remote,
      limits,
      bodyMemory: bodyMemory(limits),
      metrics,
      readJobMetrics,
      notReady: readiness.notReady,
    },
    {
      page,
      checkKey,
      checkHost,
      allowOrigins,
      log,
      pageLogLevel: options.pageLogLevel ?? 'info',
      shuttingDown: () => shuttingDown,
    },
  );
  return {
    app,
    models,
    needsKey: apiKey !== undefined,
    page: { folder: page, built: await isPageBuilt(page) },
    running: () => jobs.admission.requests + (remote?.running ?? 0),
    async connectJobs() {
      try {
        await remote?.connect();
        return undefined;
      } catch (error) {
        const { cause } = error as Error;
        return cause instanceof Error ? cause.message : String(error);
      }
    },
    async shutDown(limitMs) {
      shuttingDown = true;
      const limit = new AbortController();
      const timer = setTimeout(() => {
        jobs.stopAll();
        limit.abort();
      }, timerMs(limitMs));
      await Promise.all([jobs.admission.close(), remote?.close(limit.signal)]);
      clearTimeout(timer);
      await readiness.preloaded;
      await models.close();
      metrics.registry.clear();
    },
  };
}
