import type { Context, Hono } from 'hono';
import type { Environment, Services } from '../environment.ts';
import { BOARD_PATH } from '../remote/board-path.ts';
import { configured } from '../remote/configured.ts';

/** Adds `GET /jobs/board`: the board of the queue, for browsers. */
export function boardRoute(app: Hono<Environment>, { remote }: Services): void {
  const answer = async (context: Context<Environment>): Promise<Response> =>
    configured(remote).board(context.req.raw);
  app.get(BOARD_PATH, answer);
  app.get(`${BOARD_PATH}/*`, answer);
}
