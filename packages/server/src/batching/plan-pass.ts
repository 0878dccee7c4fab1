/** A waiting call, as the plan sees it. */
export interface Waiting {
  /** Images of the call that are not computed yet; at least 1. */
  readonly images: number;
  /** Images that its request still has to send through the network, these included. */
  readonly passes: number;
}

/** The oldest requests get one place in this many, whatever they still need: nobody starves. */
const OLDEST_SHARE = 8;

/** Images that compute nearly as fast, each, as those of a full pass; a wide device with large passes needs more. */
const ENOUGH_IMAGES = 16;
const ENOUGH_SHARE = 1 / 4;

/**
 * How many images each waiting call may send into the next pass.
 *
 * The requests that need least come first (shortest remaining processing time): the mean wait is the shortest that an
 * order can give, and of many equal requests some end early instead of all at the end. So that a long request makes
 * progress while short ones keep coming, an eighth of all places is given by age alone.
 *
 * A pass lasts as long as it has images, and each request in it waits for all of it. So beside a call of few images those of
 * many fill a pass only until it is large enough to be efficient: they take more passes, and hardly more time.
 *
 * @param waiting calls in the order in which their requests came, the oldest first
 * @param capacity images of a pass, at least 1
 * @param turn number of the pass: with few places the share of the oldest is one in some of the passes
 * @returns images to take from each call; together min(capacity, all that wait), less where calls of few and of many
 *   images wait
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
