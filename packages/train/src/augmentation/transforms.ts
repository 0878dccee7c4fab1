import type { Sides } from '@isonoise/network';
import { normalQuantile } from '@isonoise/random';
import { type Affine, compose, rotation, scaling, translation } from './affine.ts';

/** Names of all transforms, in the order in which they are applied to an image. */
export const TRANSFORM_NAMES = ['mirror', 'scale', 'rotate', 'stretch', 'translate'] as const;

export type TransformName = (typeof TRANSFORM_NAMES)[number];

/** A transform with drawn settings. */
interface DrawnTransform {
  /** Map from positions in the transformed image to positions in the original. */
  readonly inverse: Affine;
  /** Numbers that tell the network about the transform. For an image that is not transformed, all of them are 0. */
  readonly labels: readonly number[];
}

/** A random transform of images. */
interface Transform {
  /** Number of labels. */
  readonly labels: number;
  /** Draws the settings. @param uniforms two numbers in [0, 1) */
  readonly draw: (uniforms: readonly [number, number], sides: Sides) => DrawnTransform;
}

/** Standard deviation of the base-2 logarithm of a scale. */
const SCALE = 0.2;
/** Largest translation, as a share of a side. On sides below 16 pixels, it is one pixel. */
const REACH = 0.125;

/** Returns a normally distributed number. A uniform number of 0 would give minus infinity. */
const normal = (uniform: number): number => normalQuantile(Math.max(uniform, 2 ** -24) - 0.5);
/** Returns an angle from −π to π. */
const angleOf = (uniform: number): number => (2 * uniform - 1) * Math.PI;

/**
 * The transforms of Karras et al. 2022. They differ from the authors' code in these points:
 * - `mirror` has the same probability as the other transforms, and exchanges only left and right. The authors mirror half
 *   of all images, and some images also top to bottom.
 * - The axis of `stretch` is always random. In the authors' code, half of the axes are horizontal.
 * - `translate` is uniform and by whole pixels, with labels from -1 to 1. In the authors' code, translations are normally
 *   distributed, with a standard deviation of an eighth of the side.
 *
 * Source: arXiv 2206.00364, appendix F.2; https://github.com/NVlabs/edm, training/augment.py
 */
export const TRANSFORMS: Readonly<Record<TransformName, Transform>> = {
  /** Exchanges left and right. */
  mirror: {
    labels: 1,
    draw: () => ({ inverse: scaling(-1, 1), labels: [1] }),
  },
  /** Scales both axes by the same factor. */
  scale: {
    labels: 1,
    draw: ([u]) => {
      const exponent = normal(u);
      const factor = 2 ** (SCALE * exponent);
      return { inverse: scaling(1 / factor, 1 / factor), labels: [exponent] };
    },
  },
  /** Rotates by any angle. */
  rotate: {
    labels: 2,
    draw: ([u]) => {
      const angle = angleOf(u);
      return { inverse: rotation(-angle), labels: [Math.cos(angle) - 1, Math.sin(angle)] };
    },
  },
  /** Scales along a random axis by a factor, and by the inverse factor across it. */
  stretch: {
    labels: 2,
    draw: ([u, v]) => {
      const exponent = normal(u);
      const axis = angleOf(v);
      const factor = 2 ** (SCALE * exponent);
      return {
        inverse: compose(rotation(axis), compose(scaling(1 / factor, factor), rotation(-axis))),
        labels: [exponent * Math.cos(axis), exponent * Math.sin(axis)],
      };
    },
  },
  /** Moves along each axis by at most an eighth of the side, but on short sides by up to one pixel. */
  translate: {
    labels: 2,
    draw: (uniforms, { width, height }) => {
      const [x, y] = [width, height].map((side, i) => {
        const most = Math.max(1, Math.floor(REACH * side));
        return { most, pixels: Math.floor((uniforms[i] ?? 0) * (2 * most + 1)) - most };
      }) as [Shift, Shift];
      return {
        inverse: translation(-x.pixels, -y.pixels),
        labels: [x.pixels / x.most, y.pixels / y.most],
      };
    },
  },
};

/** A translation along one axis, and the largest one, in pixels. */
interface Shift {
  readonly pixels: number;
  readonly most: number;
}
