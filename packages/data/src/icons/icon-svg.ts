import { wordsOf } from '../tag-words.ts';
import type { Icon } from './icon-set.ts';

/**
 * Writes an icon as an SVG document that fills a square. A drawing that is not square is centred.
 *
 * @param side width and height in pixels
 */
export function iconSvg(icon: Icon, side: number): string {
  const isTurned = icon.rotate % 2 === 1;
  // A rotation keeps the centre of the drawing. A quarter turn therefore swaps the sides of the box around the
  // centre.
  const [x, y] = [icon.left + icon.width / 2, icon.top + icon.height / 2];
  const [width, height] = isTurned ? [icon.height, icon.width] : [icon.width, icon.height];
  const transforms = [
    ...(icon.rotate === 0 ? [] : [`rotate(${90 * icon.rotate} ${x} ${y})`]),
    ...(icon.hFlip ? [`translate(${2 * x} 0) scale(-1 1)`] : []),
    ...(icon.vFlip ? [`translate(0 ${2 * y}) scale(1 -1)`] : []),
  ];
  const body =
    transforms.length === 0 ? icon.body : `<g transform="${transforms.join(' ')}">${icon.body}</g>`;
  const box = `${x - width / 2} ${y - height / 2} ${width} ${height}`;
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ' +
    `width="${side}" height="${side}" viewBox="${box}">${body}</svg>`
  );
}

/**
 * Returns whether an icon consists only of shapes. The pixels of text and of references could differ between
 * machines, because they depend on fonts and on other files.
 */
export function isSelfContained({ body }: Icon): boolean {
  return !/<(text|image|foreignObject|script|style)\b|<!|href\s*=\s*(["'])(?!#)|url\(\s*["']?(?!["'#])/i.test(
    body,
  );
}

/**
 * Returns the words of an icon's name in order, each once and without filler words: `cat-with-tears-of-joy` -> `cat`,
 * `tears`, `joy`.
 */
export function tagsOf({ name }: Icon): readonly string[] {
  return wordsOf(name);
}
