import { fillUniforms } from '@isonoise/random';
import { EventQueue } from './event-queue.ts';
import { Fifo } from './fifo.ts';

/** Costs of a range. All are times in seconds, except `variation`. */
export interface Costs {
  /** Time in which a worker draws a range. */
  readonly draw: number;
  /** Coefficient of variation of `draw`. */
  readonly variation: number;
  /** Time from the start of a worker to its first range. */
  readonly start: number;
  /**
   * Time from the end of a range to the beginning of the next range in the same slot of a worker, while Redis is
   * idle.
   */
  readonly turnaround: number;
  /** Processor time of Redis. */
  readonly redis: number;
  /** Processor time of the client. */
  readonly client: number;
  /** Time in which the bytes of a range pass the network card of Redis. */
  readonly network: number;
}

export interface Setup {
  readonly ranges: number;
  readonly workers: number;
  /** Ranges that a worker holds at the same time; it draws them one after the other. */
  readonly parallel: number;
  /** Largest number of ranges of the job that are in the queue or being drawn. */
  readonly mostQueued: number;
}

export interface Simulated {
  /** Time from the start of the workers until the client has the last image, in seconds. */
  readonly seconds: number;
  /** Share of this time in which the workers, Redis, the client and the network were busy. */
  readonly load: {
    readonly workers: number;
    readonly redis: number;
    readonly client: number;
    readonly network: number;
  };
}

type Event =
  | { readonly kind: 'take'; readonly worker: number }
  | { readonly kind: 'drawn'; readonly worker: number }
  | { readonly kind: 'stored'; readonly worker: number };

/**
 * Simulates a job: workers take ranges, draw them and send the images through the network to Redis, from which one client
 * collects them. The network, Redis and the client each serve one range after the other.
 */
export function simulate(
  { ranges, workers, parallel, mostQueued }: Setup,
  { draw, variation, start, turnaround, redis, client, network }: Costs,
): Simulated {
  const uniforms = new Float32Array(ranges);
  fillUniforms(uniforms, { seed: 1, image: 0, step: 0, purpose: 'timesteps' });
  // A uniform distribution with this half width has the required standard deviation.
  const drawTime = (range: number): number =>
    draw * (1 + Math.sqrt(3) * variation * (2 * (uniforms[range] ?? 0) - 1));
  const [card, store, collector] = [new Fifo(), new Fifo(), new Fifo()];
  const processors = Array.from({ length: workers }, () => new Fifo());
  const events = new EventQueue<Event>();
  const blocked: number[] = [];
  let [taken, finished, end] = [0, 0, 0];
  // The second slot of each worker takes a range after the first slots of all workers.
  for (let slot = 0; slot < parallel; slot++)
    for (let worker = 0; worker < workers; worker++) events.add(start, { kind: 'take', worker });
  for (let next = events.next(); next !== undefined; next = events.next()) {
    const { time, event } = next;
    const { kind, worker } = event;
    if (kind === 'take') {
      if (taken >= ranges) continue;
      if (taken - finished >= mostQueued) blocked.push(worker);
      else events.add(processors[worker]?.serve(time, drawTime(taken++)) ?? time, { kind: 'drawn', worker });
    } else if (kind === 'drawn') {
      events.add(store.serve(card.serve(time, network), redis), { kind: 'stored', worker });
    } else {
      finished++;
      end = collector.serve(time, client);
      events.add(time + turnaround, { kind: 'take', worker });
      const waiting = blocked.shift();
      if (waiting !== undefined) events.add(time, { kind: 'take', worker: waiting });
    }
  }
  const drawing = processors.reduce((total, { busy }) => total + busy, 0);
  return {
    seconds: end,
    load: {
      workers: drawing / workers / end,
      redis: store.busy / end,
      client: collector.busy / end,
      network: card.busy / end,
    },
  };
}
