import { describe, expect, expectTypeOf, it } from 'vitest';
import { type Joined, joinTables, type Repeated } from './join-tables.ts';

const first = { Abs: 1, Add: 2 };
const second = { Sub: 3 };
const third = { Neg: 4, Abs: 5 };

describe('joinTables', () => {
  it('joins tables that have no key in common', () => {
    const joined = joinTables(first, second);
    expect(joined).toEqual({ Abs: 1, Add: 2, Sub: 3 });
    expectTypeOf(joined).toExtend<{ Abs: number; Add: number; Sub: number }>();
  });

  it('names repeated keys in the type that keeps them from compiling', () => {
    type Tables = readonly [typeof first, typeof second, typeof third];
    expectTypeOf<Repeated<Tables>>().toEqualTypeOf<'Abs'>();
    expectTypeOf<Repeated<readonly [typeof first, typeof second]>>().toEqualTypeOf<never>();
    expectTypeOf<Joined<readonly [typeof first, typeof second]>>().toEqualTypeOf<
      typeof first & typeof second
    >();
    // The parameters of the call with a repeated key take no table at all.
    expectTypeOf<typeof joinTables<Tables>>().parameter(0).toEqualTypeOf<{ readonly repeated: 'Abs' }>();
  });

  it('throws for a repeated key that types do not show', () => {
    const untyped: Record<string, number>[] = [first, second, third];
    expect(() => joinTables(...untyped)).toThrow('joinTables: Abs stands in two tables');
  });
});
