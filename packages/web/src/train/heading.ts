/** Id of the heading of the form. */
export const FORM_HEADING = 'train-form-heading';
/** Id of the heading of the shown run. */
export const RUN_HEADING = 'train-run-heading';
