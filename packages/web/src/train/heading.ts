/** Id of the tab's current heading. The form and the run share it, because only one of them is shown. */
export const HEADING = 'train-heading';
