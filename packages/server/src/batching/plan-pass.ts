/** A waiting call. */
export interface Waiting {
  /** Number of images of the call that are not computed yet; at least 1. */
  readonly images: number;
  /** Images that its request still needs to send through the network, including these. */
  readonly passes: number;
}

/**
 * The oldest requests get one place in this number of places, regardless of their remaining work, so that no request
 * waits forever.
 */
const OLDEST_SHARE = 8;

/**
 * In a pass of this size, an image takes nearly as little time as in a full pass. The size is 16 images, or a quarter
 * of the capacity if that is more, as on GPUs.
 */
const ENOUGH_IMAGES = 16;
const ENOUGH_SHARE = 1 / 4;

/**
 * Plans how many images of each waiting call go into the next pass.
 *
 * Requests with the least remaining work come first (shortest remaining processing time). This order minimizes the
 * mean wait, and some of many equal requests end early instead of all at the end. An eighth of the places in the
 * passes goes to the oldest requests, so that a long request makes progress while short requests keep arriving.
 *
 * The time of a pass grows with its images, and every request in it waits for the whole pass. If a small call waits,
 * large calls therefore fill the pass only up to an efficient size. The large calls then take more passes but hardly
 * more time.
 *
 * @param waiting calls by arrival of their requests, the oldest first
 * @param capacity maximum number of images in a pass, at least 1
 * @param turn number of the pass; with fewer than eight places, the oldest call gets a place only in some passes
 * @returns images to take from each call; their sum is min(capacity, waiting images), or less if both small and large
 *   calls wait
 */
export function planPass(waiting: readonly Waiting[], capacity: number, turn: number): number[] {
  const shares = waiting.map(() => 0);
  let free = capacity;
  const take = (i: number, most: number): void => {
    const taken = Math.min((waiting[i]?.images ?? 0) - (shares[i] ?? 0), most);
    shares[i] = (shares[i] ?? 0) + taken;
    free -= taken;
  };
  const upTo = (end: number): number => Math.floor((end * capacity) / OLDEST_SHARE);
  const kept = upTo(turn + 1) - upTo(turn);
  for (let i = 0; i < waiting.length && capacity - free < kept; i++) take(i, kept - (capacity - free));
  const byNeed = waiting
    .map((_, i) => i)
    .sort((a, b) => (waiting[a]?.passes ?? 0) - (waiting[b]?.passes ?? 0) || a - b);
  const enough = Math.min(capacity, Math.max(ENOUGH_IMAGES, Math.floor(ENOUGH_SHARE * capacity)));
  const isSmall = ({ images }: Waiting): boolean => images <= enough;
  const most = waiting.some(isSmall) ? enough : capacity;
  for (const i of byNeed) {
    const call = waiting[i] as Waiting;
    take(i, isSmall(call) ? free : Math.max(0, most - (capacity - free)));
  }
  return shares;
}
