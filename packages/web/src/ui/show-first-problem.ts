/** Focuses the first invalid field of a form, and opens the collapsed sections around it. */
export function showFirstProblem(form: Pick<HTMLElement, 'querySelector'>): void {
  const field = form.querySelector<HTMLElement>('[aria-invalid="true"]');
  for (
    let fold = field?.closest('details') ?? null;
    fold !== null;
    fold = fold.parentElement?.closest('details') ?? null
  )
    fold.open = true;
  // A hidden field cannot be focused.
  field?.focus();
}
