/** Places that are taken. */
export interface TakenPlaces {
  readonly small: number;
  readonly large: number;
}

/** A request inside, or on its way. */
export interface Member {
  readonly places: number;
  readonly small: boolean;
  /** What it takes of the network's time. */
  readonly workMs: number;
  /** Even alone it takes as long. */
  readonly leastMs: number;
}

/** A request that was refused, and when it comes back. */
export interface ReturningRequest extends Member {
  /** Milliseconds from now. */
  readonly at: number;
}

/** What the wait of a refused request depends on. */
export interface QueueState {
  readonly inside: readonly Member[];
  readonly expected: readonly ReturningRequest[];
  /** Whether a member has room beside those inside. */
  readonly fits: (member: Member, taken: TakenPlaces) => boolean;
  /** Longest wait that is looked at. */
  readonly longestS: number;
}

/**
 * After how many seconds a request that does not fit now should, by playing through what is known: those inside are
 * served in the order in which the batcher serves them, the one that needs least first; those that were told to come
 * back do so at their time, and come before this one where they come at the same.
 *
 * @returns whole seconds, as `Retry-After` has them, from 1
 */
export function secondsUntilRoom(asker: Member, { inside, expected, fits, longestS }: QueueState): number {
  const play = new Play(fits);
  for (const member of inside) play.enter(member);
  const returning = [...expected].sort((a, b) => a.at - b.at);
  for (let second = 1; second < longestS; second++) {
    while ((returning[0]?.at ?? Number.POSITIVE_INFINITY) <= 1000 * second)
      play.arrive(returning.shift() as ReturningRequest);
    play.runTo(1000 * second);
    if (fits(asker, play.taken)) return second;
  }
  return longestS;
}

/** The network serves one request after the other, as far as the sum of their work goes. */
class Play {
  readonly #fits: QueueState['fits'];
  #now = 0;
  /** Inside; the one that needs least last. */
  readonly #running: { readonly member: Member; left: number; readonly least: number }[] = [];
  /** Back, and without room yet. */
  #waiting: Member[] = [];
  #small = 0;
  #large = 0;

  constructor(fits: QueueState['fits']) {
    this.#fits = fits;
  }

  /** With those that wait: they come first. */
  get taken(): TakenPlaces {
    const places = (small: boolean): number =>
      this.#waiting.reduce((sum, each) => sum + (each.small === small ? each.places : 0), 0);
    return { small: this.#small + places(true), large: this.#large + places(false) };
  }

  enter(member: Member): void {
    this.#count(member, 1);
    const { workMs } = member;
    const at = this.#running.findIndex(({ left }) => left <= workMs);
    const guest = { member, left: workMs, least: this.#now + member.leastMs };
    this.#running.splice(at < 0 ? this.#running.length : at, 0, guest);
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
