import type { JSX } from 'preact';

/** Lists ways to edit, before anything is drawn. */
export function Ways(): JSX.Element {
  return (
    <section class="card" aria-label="Ways to edit">
      <h2>Ways to edit</h2>
      <ul class="ways">
        <li>
          <strong>Turn a scribble into a picture.</strong> Paint rough shapes, choose a class or tags, then
          press Draw. A higher strength changes more.
        </li>
        <li>
          <strong>Draw a part again.</strong> Mask the part with the mask tool (key M). The rest stays the
          same, pixel for pixel.
        </li>
        <li>
          <strong>Vary a picture.</strong> Open, paste or drop one. Or open an image on the Sample tab, and
          edit it from there.
        </li>
        <li>
          <strong>Make it larger.</strong> A section below the canvas adds pixels at each side; the model
          draws them.
        </li>
        <li>
          <strong>Mix two.</strong> Another section turns one picture into the other, in several images.
        </li>
      </ul>
    </section>
  );
}
