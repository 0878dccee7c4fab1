import { plural } from '@isonoise/error';
import type { Claim } from '../batching/claim.ts';
import type { Pace } from '../batching/pace.ts';
import { ServerError } from '../errors.ts';
import { shuttingDown } from '../shutting-down.ts';
import { type Member, secondsUntilRoom, type TakenPlaces } from './wait.ts';

/** Resources that a request needs. */
export interface Ask {
  /** Number of images of the request; guided images count twice. */
  readonly places: number;
  /** Floating-point operations of all steps. */
  readonly flops: number;
  /** The networks that the request calls: the model and, if there is one, its guide. */
  readonly networks: readonly NetworkShare[];
}

/** The work of a request for one network. */
export interface NetworkShare {
  /** Number of images of the request in each call. */
  readonly images: number;
  /** Kept up to date by the network's batcher. */
  readonly claim: Claim;
  /** Returns the current pace of the network. */
  readonly pace: () => Pace;
}

/** An admitted request. */
export interface Ticket {
  /** Frees the places. Further calls have no effect. */
  leave(): void;
}

export interface AdmissionOptions {
  /** Number of places. Only a request that alone needs more places is allowed to exceed it. */
  readonly maxImages: number;
  /** Maximum floating-point operations of one request. */
  readonly budget: number;
  /** Time limit of a request, which also bounds `Retry-After`. */
  readonly requestMs: number;
}

/** Limits of a small request, as fractions of all places and of the budget of one request. */
const SMALL_PLACES = 1 / 16;
const SMALL_BUDGET = 1 / 256;
/** Fraction of the places that is reserved for small requests. */
const KEPT_PLACES = 1 / 4;

/** How long a rejected client is still expected after its `Retry-After` has passed. */
const GRACE_MS = 3000;

/** Safety factor for estimates: not every pass is full, and new requests with less work may go first. */
const MARGIN = 1.25;

/** Maximum `Retry-After` in seconds; longer estimates are meaningless. */
const MOST_WAIT_S = 3600;

/** Limit for remembered rejected requests, in multiples of the server's places. */
const MOST_EXPECTED = 8;

/** A rejected client and the time at which it is expected to retry. */
interface Expected {
  readonly ask: Ask;
  readonly small: boolean;
  readonly at: number;
}

/**
 * Admits requests while there are free places. A quarter of the places is reserved for small requests. A
 * request that needs more places than exist is admitted when no other large request is running, because it
 * would otherwise never be admitted.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  /** Admitted requests, and whether each is small. */
  readonly #guests = new Map<Ask, boolean>();
  #expected: Expected[] = [];
  #idle: (() => void)[] = [];
  #closed = false;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Number of images in flight; guided images count twice. */
  get images(): number {
    return [...this.#guests.keys()].reduce((sum, { places }) => sum + places, 0);
  }

  get requests(): number {
    return this.#guests.size;
  }

  /** Estimated time in milliseconds that all requests in flight still need. */
  get workMs(): number {
    return [...this.#guests.keys()].reduce((sum, ask) => sum + workMsOf(ask), 0);
  }

  /**
   * Admits a request.
   *
   * @throws ServerError `QUEUE_FULL` with `Retry-After`, an estimate of when there will be room
   * @throws ServerError `SHUTTING_DOWN` after `close`
   */
  enter(ask: Ask): Ticket {
    if (this.#closed) throw shuttingDown();
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

  /** Admits no more requests. Resolves when all admitted requests have left. */
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
    // A client that returned and is rejected again gets a new time.
    this.#noLongerExpected(ask, small, now);
    const { maxImages, requestMs } = this.#options;
    const seconds = secondsUntilRoom(memberOf(ask, small), {
      inside: [...this.#guests].map(([each, isSmall]) => memberOf(each, isSmall)),
      expected: this.#expected.map((each) => ({ ...memberOf(each.ask, each.small), at: each.at - now })),
      fits: (member, taken) => this.#fits(member, taken),
      longestS: Math.min(Math.ceil(requestMs / 1000), MOST_WAIT_S),
    });
    // The list is bounded, so that a client that retries without waiting cannot delay other clients indefinitely.
    const places = this.#expected.reduce((sum, each) => sum + each.ask.places, ask.places);
    if (places <= MOST_EXPECTED * maxImages) this.#expected.push({ ask, small, at: now + 1000 * seconds });
    return new ServerError(
      'QUEUE_FULL',
      `the server is drawing ${plural(this.images, 'image')} and has no place for ${ask.places} more; expected at most ${maxImages} at a ` +
        `time, a quarter of them reserved for small requests. Retry in ${seconds} s.`,
      { headers: { 'Retry-After': String(seconds) } },
    );
  }

  /**
   * Removes one expected request of equal size. Requests do not identify their clients, so only sizes are
   * compared.
   */
  #noLongerExpected({ places, networks }: Ask, small: boolean, until = Number.POSITIVE_INFINITY): void {
    const found = this.#expected.findIndex(
      ({ ask, at, small: isSmall }) =>
        at <= until && isSmall === small && ask.places === places && sameWork(ask.networks, networks),
    );
    if (found >= 0) this.#expected.splice(found, 1);
  }
}

function memberOf({ places, networks }: Ask, small: boolean): Member {
  // Each call takes at least one pass. If a request has a guide, both networks compute at the same time.
  const leastMs = networks.map(({ images, claim, pace }) => Math.ceil(claim.passes / images) * pace().passMs);
  return {
    places,
    small,
    workMs: MARGIN * workMsOf({ networks }),
    leastMs: MARGIN * Math.max(...leastMs),
  };
}

const workMsOf = ({ networks }: Pick<Ask, 'networks'>): number =>
  networks.reduce((sum, { claim, pace }) => sum + claim.passes * pace().imageMs, 0);

const sameWork = (a: Ask['networks'], b: Ask['networks']): boolean =>
  a.length === b.length && a.every(({ claim }, i) => claim.passes === b[i]?.claim.passes);
