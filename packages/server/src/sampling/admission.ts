import type { Claim } from '../batching/claim.ts';
import type { Pace } from '../batching/pace.ts';
import { ServerError } from '../errors.ts';
import { type Member, secondsUntilRoom, type TakenPlaces } from './wait.ts';

/** What a request takes. */
export interface Ask {
  /** Images in flight, guided ones twice. */
  readonly places: number;
  /** Floating-point operations, all steps together. */
  readonly flops: number;
  /** Kept up to date by the network's batcher. */
  readonly claim: Claim;
  /** Of its network, as it is now. */
  readonly pace: () => Pace;
}

/** A request that was let in. */
export interface Ticket {
  /** Safe to call again. */
  leave(): void;
}

export interface AdmissionOptions {
  /** Most places, except for a request that is larger by itself. */
  readonly maxImages: number;
  /** Most operations of one request. */
  readonly budget: number;
  /** A request that takes longer is stopped, so none waits longer for it. */
  readonly requestMs: number;
}

/** Small is what takes at most a sixteenth of the places, and a small part of what one request may ask for. */
const SMALL_PLACES = 1 / 16;
const SMALL_BUDGET = 1 / 256;
/** Kept for small requests. */
const KEPT_PLACES = 1 / 4;

/** A refused client that has not come back by then is not expected any more. */
const GRACE_MS = 3000;

/** Of every estimate: not every pass is full, and new requests come that may need less. */
const MARGIN = 1.25;

/** Longest wait that is told, whatever a request may take: so far ahead nothing can be estimated. */
const MOST_WAIT_S = 3600;

/** How many refused requests are remembered: as many as fill the server so often. */
const MOST_EXPECTED = 8;

/** A refused client, and when it was told to come back. */
interface Expected {
  readonly ask: Ask;
  readonly small: boolean;
  readonly at: number;
}

/**
 * Lets no more in than fits. A quarter of the places is kept for small requests; a request of more places than there are
 * is let in when no other large one is inside, since it would never be otherwise.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  /** Whether each is small. */
  readonly #guests = new Map<Ask, boolean>();
  #expected: Expected[] = [];
  #idle: (() => void)[] = [];
  #closed = false;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Images in flight. */
  get images(): number {
    return [...this.#guests.keys()].reduce((sum, { places }) => sum + places, 0);
  }

  get requests(): number {
    return this.#guests.size;
  }

  /** Milliseconds that all that is in flight still needs, as far as can be told. */
  get workMs(): number {
    return [...this.#guests.keys()].reduce((sum, { claim, pace }) => sum + claim.passes * pace().imageMs, 0);
  }

  /**
   * @throws ServerError `QUEUE_FULL` with `Retry-After`: when there should be room
   * @throws ServerError `SHUTTING_DOWN` after `close`
   */
  enter(ask: Ask): Ticket {
    if (this.#closed) throw new ServerError('SHUTTING_DOWN', 'the server is shutting down.');
    const small = this.#isSmall(ask);
    if (!this.#fits({ places: ask.places, small }, this.#taken())) throw this.#full(ask, small);
    this.#noLongerExpected(ask, small);
    this.#guests.set(ask, small);
    return {
      leave: () => {
        this.#guests.delete(ask);
        if (this.#guests.size > 0) return;
        for (const resolve of this.#idle.splice(0)) resolve();
      },
    };
  }

  /** Lets no more in; until nothing is inside. */
  close(): Promise<void> {
    this.#closed = true;
    if (this.#guests.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #isSmall({ places, flops }: Ask): boolean {
    const { maxImages, budget } = this.#options;
    return places <= Math.max(1, maxImages * SMALL_PLACES) && flops <= budget * SMALL_BUDGET;
  }

  #taken(): TakenPlaces {
    const taken = { small: 0, large: 0 };
    for (const [{ places }, small] of this.#guests) taken[small ? 'small' : 'large'] += places;
    return taken;
  }

  #fits(
    { places, small: isSmall }: Pick<Member, 'places' | 'small'>,
    { small, large }: TakenPlaces,
  ): boolean {
    const { maxImages } = this.#options;
    const kept = Math.floor(maxImages * KEPT_PLACES);
    if (isSmall) return small + places <= Math.max(kept, maxImages - large);
    if (large === 0 && places > maxImages - kept) return true;
    return large + places <= maxImages - kept && small + large + places <= maxImages;
  }

  #full(ask: Ask, small: boolean): ServerError {
    const now = performance.now();
    this.#expected = this.#expected.filter(({ at }) => at + GRACE_MS > now);
    // One that is back and refused again has a new time.
    this.#noLongerExpected(ask, small, now);
    const { maxImages, requestMs } = this.#options;
    const seconds = secondsUntilRoom(memberOf(ask, small), {
      inside: [...this.#guests].map(([each, isSmall]) => memberOf(each, isSmall)),
      expected: this.#expected.map((each) => ({ ...memberOf(each.ask, each.small), at: each.at - now })),
      fits: (member, taken) => this.#fits(member, taken),
      longestS: Math.min(Math.ceil(requestMs / 1000), MOST_WAIT_S),
    });
    // A client that asks again and again without waiting makes the others wait longer, but not without end.
    const places = this.#expected.reduce((sum, each) => sum + each.ask.places, ask.places);
    if (places <= MOST_EXPECTED * maxImages) this.#expected.push({ ask, small, at: now + 1000 * seconds });
    return new ServerError(
      'QUEUE_FULL',
      `${this.images} images are being drawn and ${ask.places} more do not fit; at most ${maxImages} at a time, a ` +
        `quarter of them for small requests. Ask again in ${seconds} s.`,
      { headers: { 'Retry-After': String(seconds) } },
    );
  }

  /** A request that is let in counts as the expected one that is most like it: requests have no names. */
  #noLongerExpected({ places, claim }: Ask, small: boolean, until = Number.POSITIVE_INFINITY): void {
    const found = this.#expected.findIndex(
      ({ ask, at, small: isSmall }) =>
        at <= until && isSmall === small && ask.places === places && ask.claim.passes === claim.passes,
    );
    if (found >= 0) this.#expected.splice(found, 1);
  }
}

function memberOf({ places, claim: { passes }, pace }: Ask, small: boolean): Member {
  const { imageMs, passMs } = pace();
  // Each step is a pass at least.
  const steps = Math.ceil(passes / places);
  return { places, small, workMs: MARGIN * passes * imageMs, leastMs: MARGIN * steps * passMs };
}
