import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** An event in a trace that Chromium wrote. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Processor time in microseconds. */
  readonly tdur?: number;
  readonly args?: { readonly name?: unknown };
}

/** Maximum number of measurements of an action. A slow machine delays some of them. */
const MOST_RUNS = 3;

/**
 * Expects that each action blocks a page for less than its limit. If an action takes longer, all are measured again, up
 * to three times in all. The shortest time counts, because a task that blocks the page does so in every measurement.
 *
 * @param limits of the longest tasks in milliseconds, by action
 * @param measure performs the actions on a new page, and returns their longest tasks in milliseconds, by action
 */
export async function expectShortTasks<Action extends string>(
  limits: Readonly<Record<Action, number>>,
  measure: () => Promise<Readonly<Record<Action, number>>>,
): Promise<void> {
  const actions = Object.keys(limits) as Action[];
  const shortest = new Map<Action, number>();
  const long = (): Action[] =>
    actions.filter((action) => !((shortest.get(action) ?? Number.NaN) < limits[action]));
  for (let run = 0; run < MOST_RUNS && long().length > 0; run++) {
    const measured = await measure();
    for (const action of actions) {
      console.log(`longest task while ${action}: ${measured[action].toFixed(1)} ms`);
      shortest.set(action, Math.min(shortest.get(action) ?? Number.POSITIVE_INFINITY, measured[action]));
    }
  }
  const tooLong = long().map(
    (action) => `${action}: ${shortest.get(action)} ms; expected less than ${limits[action]} ms`,
  );
  expect(tooLong.join('\n')).toBe('');
}

/**
 * Measures the longest task on the main threads of pages during an action. A long task blocks the page.
 *
 * @param during the action
 * @returns the processor time of the longest task in milliseconds. The time that the thread waited for a core, which
 *   depends on the load of the machine, does not count.
 */
export async function longestTask(page: Page, during: () => Promise<void>): Promise<number> {
  const browser = page.context().browser();
  if (browser === null)
    throw new Error('longestTask: the page does not belong to a browser that was launched.');
  await browser.startTracing(page, { categories: ['toplevel'] });
  let trace: Buffer;
  try {
    await during();
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = JSON.parse(trace.toString()) as { readonly traceEvents: readonly TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`;
  const pages = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(threadOf),
  );
  const tasks = traceEvents.filter(
    (event) => event.name === 'ThreadControllerImpl::RunTask' && pages.has(threadOf(event)),
  );
  if (tasks.length === 0) throw new Error('longestTask: the trace has no tasks of a page; expected some.');
  return tasks.reduce((longest, { tdur = 0 }) => Math.max(longest, tdur / 1000), 0);
}
