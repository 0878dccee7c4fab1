/** Occupied places. */
export interface TakenPlaces {
  readonly small: number;
  readonly large: number;
}

/** A running or expected request. */
export interface Member {
  readonly places: number;
  readonly small: boolean;
  /** Network time that the request still needs. */
  readonly workMs: number;
  /** Minimum duration, even if the request runs alone. */
  readonly leastMs: number;
}

/** A rejected request, which is expected to return. */
export interface ReturningRequest extends Member {
  /** Milliseconds from now. */
  readonly at: number;
}

/** The state that determines how long a rejected request must wait. */
export interface QueueState {
  readonly inside: readonly Member[];
  readonly expected: readonly ReturningRequest[];
  /** Whether there is room for a member in addition to the occupied places. */
  readonly fits: (member: Member, taken: TakenPlaces) => boolean;
  /** Maximum wait in seconds. */
  readonly longestS: number;
}

/**
 * Estimates when a request that does not fit now will fit, by simulating the queue. Running requests are served as
 * the batcher serves them, the shortest first. Rejected requests return after the `Retry-After` of their responses. If
 * several return at the same time, this request goes last.
 *
 * @returns whole seconds for `Retry-After`, at least 1
 */
export function secondsUntilRoom(asker: Member, { inside, expected, fits, longestS }: QueueState): number {
  const queue = new SimulatedQueue(fits);
  for (const member of inside) queue.enter(member);
  const returning = [...expected].sort((a, b) => a.at - b.at);
  for (let second = 1; second < longestS; second++) {
    while ((returning[0]?.at ?? Number.POSITIVE_INFINITY) <= 1000 * second)
      queue.arrive(returning.shift() as ReturningRequest);
    queue.runTo(1000 * second);
    if (fits(asker, queue.taken)) return second;
  }
  return longestS;
}

/** Simulates the queue. The simulated network serves one request at a time. */
class SimulatedQueue {
  readonly #fits: QueueState['fits'];
  #now = 0;
  /** Running requests, sorted so that the request with the least remaining work is the last one. */
  readonly #running: { readonly member: Member; left: number; readonly least: number }[] = [];
  /** Returned requests that do not fit yet. */
  #waiting: Member[] = [];
  #small = 0;
  #large = 0;

  constructor(fits: QueueState['fits']) {
    this.#fits = fits;
  }

  /** Occupied places, including the places for waiting requests, which go first. */
  get taken(): TakenPlaces {
    const places = (small: boolean): number =>
      this.#waiting.reduce((sum, each) => sum + (each.small === small ? each.places : 0), 0);
    return { small: this.#small + places(true), large: this.#large + places(false) };
  }

  enter(member: Member): void {
    this.#count(member, 1);
    const { workMs } = member;
    const at = this.#running.findIndex(({ left }) => left <= workMs);
    const entry = { member, left: workMs, least: this.#now + member.leastMs };
    this.#running.splice(at < 0 ? this.#running.length : at, 0, entry);
  }

  arrive(request: ReturningRequest): void {
    this.runTo(request.at);
    this.#waiting.push(request);
    this.#admit();
  }

  runTo(time: number): void {
    for (let first = this.#running.at(-1); first !== undefined; first = this.#running.at(-1)) {
      const end = Math.max(this.#now + first.left, first.least);
      if (end > time) {
        first.left -= Math.max(0, Math.min(first.left, time - this.#now));
        break;
      }
      this.#now = end;
      this.#running.pop();
      this.#count(first.member, -1);
      this.#admit();
    }
    this.#now = Math.max(this.#now, time);
  }

  #admit(): void {
    this.#waiting = this.#waiting.filter((member) => {
      if (!this.#fits(member, { small: this.#small, large: this.#large })) return true;
      this.enter(member);
      return false;
    });
  }

  #count({ small, places }: Member, sign: 1 | -1): void {
    if (small) this.#small += sign * places;
    else this.#large += sign * places;
  }
}
