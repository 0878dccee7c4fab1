/** How finished pictures are changed, as the form and links hold it; `''` if a field is not given. */
export interface FinishTexts {
  /** `auto` for only the colours of the training images. */
  readonly palette: '' | 'auto';
  /** `mirror` if the right half becomes a mirror image of the left half. */
  readonly symmetry: '' | 'mirror';
}

export const NO_FINISH_TEXTS: FinishTexts = { palette: '', symmetry: '' };
