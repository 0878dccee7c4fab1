import type { ModelSpec } from '@isonoise/bundle';

/** Scale of classifier-free guidance for what an export draws, where the model can be guided. */
const GUIDANCE = 2;

/**
 * Of which class an export draws, and how strongly it is guided to it; nothing where the model is unconditional.
 *
 * @param choose a class, or one for each image, of so many
 */
export function drawnClasses<C>(
  { classes }: ModelSpec,
  choose: (count: number) => C,
): { readonly class?: C; readonly guidance?: number } {
  const count = classes?.names.length ?? 0;
  if (count === 0) return {};
  return { class: choose(count), ...(classes?.nullClass == null ? {} : { guidance: GUIDANCE }) };
}
