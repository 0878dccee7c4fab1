import { describe, expect, it } from 'vitest';
import { drawSprite, SPRITE_COLOURS, SPRITE_SIDE } from './sprites.ts';

const sprites = Array.from({ length: 150 }, (_, i) => drawSprite(0, i));

describe('the sprites of a seed', () => {
  it('are mirror-symmetric', () => {
    for (const { data } of sprites) {
      const at = (y: number, x: number): readonly number[] => {
        const first = 4 * (y * SPRITE_SIDE + x);
        return [...data.subarray(first, first + 4)];
      };
      for (let y = 0; y < SPRITE_SIDE; y++)
        for (let x = 0; x < SPRITE_SIDE / 2; x++) expect(at(y, x)).toEqual(at(y, SPRITE_SIDE - 1 - x));
    }
  });

  it('together have exactly the four colours, and each has two clear rows and columns on each side', () => {
    const found = new Set<string>();
    for (const { data } of sprites)
      for (let i = 0; i < SPRITE_SIDE ** 2; i++) {
        const colour = [...data.subarray(4 * i, 4 * i + 4)].join();
        const [x, y] = [i % SPRITE_SIDE, Math.floor(i / SPRITE_SIDE)];
        if (Math.min(x, y) < 2 || Math.max(x, y) > SPRITE_SIDE - 3) expect(colour).toBe('0,0,0,0');
        found.add(colour);
      }
    expect([...found].sort()).toEqual(
      ['0,0,0,0', ...SPRITE_COLOURS.day.map((colour) => `${colour.join()},255`)].sort(),
    );
  });

  it('are all different, do not depend on each other, and are the same in every call', () => {
    expect(new Set(sprites.map(({ data }) => data.join())).size).toBe(150);
    expect(drawSprite(0, 149)).toEqual(sprites[149]);
    expect(drawSprite(1, 149)).not.toEqual(sprites[149]);
    const [day, night] = [drawSprite(0, 7), drawSprite(0, 7, 'night')];
    const alphas = ({ data }: typeof day) => data.filter((_, i) => i % 4 === 3);
    expect(alphas(night)).toEqual(alphas(day));
    expect(night).not.toEqual(day);
  });
});
