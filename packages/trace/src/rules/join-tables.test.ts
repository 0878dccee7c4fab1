import { describe, expect, expectTypeOf, it } from 'vitest';
import { type Joined, joinTables, type Repeated } from './join-tables.ts';

const first = { Abs: 1, Add: 2 };
const second = { Sub: 3 };
const third = { Neg: 4, Abs: 5 };

interface Apart {
  readonly first: typeof first;
  readonly second: typeof second;
}

interface Overlapping extends Apart {
  readonly third: typeof third;
}

describe('joinTables', () => {
  it('joins tables with disjoint keys', () => {
    const joined = joinTables({ first, second });
    expect(joined).toEqual({ Abs: 1, Add: 2, Sub: 3 });
    expectTypeOf(joined).toEqualTypeOf<{
      readonly Abs: number;
      readonly Add: number;
      readonly Sub: number;
    }>();
  });

  it('lists repeated keys in the type of the compile error', () => {
    expectTypeOf<Repeated<{ [F in keyof Overlapping]: Overlapping[F] }>>().toEqualTypeOf<'Abs'>();
    expectTypeOf<Repeated<{ [F in keyof Apart]: Apart[F] }>>().toEqualTypeOf<never>();
    expectTypeOf<keyof Joined<{ [F in keyof Apart]: Apart[F] }>>().toEqualTypeOf<'Abs' | 'Add' | 'Sub'>();
    // With a repeated key, the function does not accept any tables.
    type Call = typeof joinTables<{ [F in keyof Overlapping]: Overlapping[F] }>;
    expectTypeOf<Call>().parameter(0).toEqualTypeOf<{ readonly repeated: 'Abs' }>();
  });

  it('throws for a repeated key that the types hide', () => {
    const hidden = (table: object): object => table;
    expect(() => joinTables({ first: hidden(first), second, third: hidden(third) })).toThrow(
      'joinTables: Abs is in two tables',
    );
  });
});
