import { describe, expect, it } from 'vitest';
import {
  carryThroughReshape,
  mergeRuns,
  movesOneAxis,
  movesOnlyOnes,
  type Order,
  orderWithout,
  permutationBetween,
  permute,
  type Shape,
  sizeOf,
  unpermute,
} from './layout.ts';

function orders(rank: number): Order[] {
  if (rank === 0) return [[]];
  return orders(rank - 1).flatMap((order) =>
    Array.from({ length: rank }, (_, place) => [...order.slice(0, place), rank - 1, ...order.slice(place)]),
  );
}

/** For each element of a value stored in `order`, its row-major index in `shape`. */
function stored(shape: Shape, order: Order): number[] {
  const physical = permute(shape, order);
  return Array.from({ length: sizeOf(shape) }, (_, at) => {
    const place: number[] = [];
    let rest = at;
    for (let i = physical.length - 1; i >= 0; i--) {
      place[order[i] ?? 0] = rest % (physical[i] ?? 1);
      rest = Math.floor(rest / (physical[i] ?? 1));
    }
    return place.reduce((index, value, axis) => index * (shape[axis] ?? 1) + value, 0);
  });
}

const shapes: Shape[] = [
  [2, 3],
  [3, 2],
  [6],
  [1, 6],
  [2, 1, 3],
  [2, 3, 1],
  [1, 2, 3],
  [2, 2, 3],
  [4, 3],
  [2, 6],
  [12],
  [3, 4],
  [3, 2, 2],
  [2, 3, 2],
  [1, 12, 1],
  [1],
  [],
  [1, 1],
  [2, 3, 1, 2],
];

describe('carryThroughReshape', () => {
  it('returns an order in which the same bytes are the reshaped value, if such an order exists', () => {
    for (const from of shapes) {
      for (const to of shapes) {
        if (sizeOf(from) !== sizeOf(to)) continue;
        for (const order of orders(from.length)) {
          const bytes = stored(from, order);
          const carried = carryThroughReshape(from, to, order);
          if (carried !== undefined) {
            expect(carried.toSorted()).toEqual([...to.keys()]);
            expect(stored(to, carried), `[${from}] in [${order}] to [${to}]`).toEqual(bytes);
            continue;
          }
          // If it returns undefined, these bytes do not fit any order of the target.
          const found = orders(to.length).find((candidate) => stored(to, candidate).join() === bytes.join());
          expect(found, `[${from}] in [${order}] to [${to}]`).toBeUndefined();
        }
      }
    }
  });

  it('keeps channels first when pixels are merged', () => {
    expect(carryThroughReshape([2, 3, 4, 5], [2, 12, 5], [0, 3, 1, 2])).toEqual([0, 2, 1]);
  });

  it('returns undefined for empty values', () => {
    expect(carryThroughReshape([0, 2], [2, 0], [1, 0])).toBeUndefined();
  });
});

describe('permutations', () => {
  const shape = [2, 3, 4, 5];
  const all = orders(4);

  it('permutationBetween turns one order into another', () => {
    for (const from of all) {
      for (const to of all)
        expect(permute(permute(shape, from), permutationBetween(from, to))).toEqual(permute(shape, to));
    }
  });

  it('unpermute undoes permute', () => {
    for (const order of all) expect(unpermute(permute(shape, order), order)).toEqual(shape);
  });

  it('orderWithout returns the order of the remaining axes', () => {
    for (const order of all) {
      for (const removed of [[0], [1, 2], [3], [0, 3], [0, 1, 2]]) {
        const left = shape.filter((_, axis) => !removed.includes(axis));
        const physical = order.filter((axis) => !removed.includes(axis)).map((axis) => shape[axis] as number);
        expect(permute(left, orderWithout(order, removed))).toEqual(physical);
      }
    }
  });

  it('movesOnlyOnes is true if and only if the bytes stay', () => {
    for (const sizes of [
      [1, 3, 1, 2],
      [2, 1, 1, 3],
      [1, 1, 1, 4],
      [2, 3, 4, 5],
    ]) {
      for (const order of all) {
        const stays = stored(sizes, order).every((index, i) => index === i);
        expect(movesOnlyOnes(sizes, order)).toBe(stays);
      }
    }
  });

  it('mergeRuns returns the same permutation over the fewest axes', () => {
    for (const permutation of all) {
      const runs = mergeRuns(shape, permutation);
      expect(stored(runs.shape, runs.permutation)).toEqual(stored(shape, permutation));
      const neighbours = runs.permutation.some((axis, i) => axis === (runs.permutation[i - 1] ?? axis) + 1);
      expect(neighbours, `[${permutation}]`).toBe(false);
    }
    expect(mergeRuns([3, 3, 8, 4], [2, 3, 0, 1])).toEqual({ shape: [9, 32], permutation: [1, 0] });
  });

  it('movesOneAxis is true if moving one axis gives the permutation', () => {
    const once = new Set(
      [0, 1, 2, 3].flatMap((axis) =>
        [0, 1, 2, 3].map((place) =>
          [0, 1, 2, 3]
            .filter((other) => other !== axis)
            .toSpliced(place, 0, axis)
            .join(),
        ),
      ),
    );
    for (const permutation of all) expect(movesOneAxis(permutation)).toBe(once.has(permutation.join()));
  });
});
