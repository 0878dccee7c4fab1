/** Id of the tab's current heading: that of the form or of the run, of which only one is shown. */
export const HEADING = 'train-heading';
