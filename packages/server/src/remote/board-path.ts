/** Path of the board of the queue. */
export const BOARD_PATH = '/jobs/board';
