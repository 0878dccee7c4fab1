import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { HonoAdapter } from '@bull-board/hono';
import { serveStatic } from '@hono/node-server/serve-static';
import type { JobClient } from '@isonoise/jobs';
import { Hono } from 'hono';
import { BOARD_PATH } from './board-path.ts';

/** Answers requests for the board of the queue. */
export type Board = (request: Request) => Response | Promise<Response>;

/** Links to fonts on another server, which the page of the board must not load. */
const FOREIGN_FONTS = /<link href="https:\/\/fonts\.[^>]*>/g;

/**
 * Creates the board of the queue (bull-board). The board is read-only, because a range that is removed from the queue
 * would never be drawn, and its job would never be finished. If the queue fails, the board rejects with its error.
 */
export function createBoard(queue: JobClient['queue']): Board {
  const adapter = new HonoAdapter(serveStatic);
  adapter.setBasePath(BOARD_PATH);
  createBullBoard({
    queues: [new BullMQAdapter(queue, { readOnlyMode: true, description: 'ranges of images' })],
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'isonoise jobs' } },
  });
  const rethrow = (error: Error): never => {
    throw error;
  };
  // The caller handles errors in the same way as on all other paths of jobs.
  adapter.setErrorHandler(rethrow);
  const plugin = adapter.registerPlugin();
  // bull-board loads the CommonJS build of Hono. The ESM build above mistakes the default error handler of that build
  // for a custom one, which would answer 500.
  plugin.onError(rethrow);
  const app = new Hono().onError(rethrow).route(BOARD_PATH, plugin);
  return async (request) => {
    const answer = await app.fetch(request);
    if (!/^text\/html/.test(answer.headers.get('Content-Type') ?? '')) return answer;
    return new Response((await answer.text()).replace(FOREIGN_FONTS, ''), answer);
  };
}
