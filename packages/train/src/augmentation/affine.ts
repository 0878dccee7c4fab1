/**
 * An affine map of positions, relative to the centre of the image, in pixels:
 * `x' = xx·x + xy·y + x0` and `y' = yx·x + yy·y + y0`.
 */
export interface Affine {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

export const IDENTITY: Affine = { xx: 1, xy: 0, x0: 0, yx: 0, yy: 1, y0: 0 };

/** Returns the map that scales both axes. */
export const scaling = (x: number, y: number): Affine => ({ ...IDENTITY, xx: x, yy: y });

/** Returns the map that moves each position. */
export const translation = (x: number, y: number): Affine => ({ ...IDENTITY, x0: x, y0: y });

/** Returns the map that rotates each position by an angle in radians, from the x axis to the y axis. */
export function rotation(angle: number): Affine {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return { xx: cos, xy: -sin, x0: 0, yx: sin, yy: cos, y0: 0 };
}

/** Returns the map that applies `inner` first and `outer` second. */
export function compose(outer: Affine, inner: Affine): Affine {
  const { xx, xy, x0, yx, yy, y0 } = outer;
  return {
    xx: xx * inner.xx + xy * inner.yx,
    xy: xx * inner.xy + xy * inner.yy,
    x0: xx * inner.x0 + xy * inner.y0 + x0,
    yx: yx * inner.xx + yy * inner.yx,
    yy: yx * inner.xy + yy * inner.yy,
    y0: yx * inner.x0 + yy * inner.y0 + y0,
  };
}
