/** The marked images of the drawing on screen. */
export interface Favourites {
  /** Positions in the drawing. */
  readonly marked: readonly number[];
  readonly toggle: (position: number) => void;
}
