/** Figures of fewer people than this are shown to nobody: it would be known who they were. */
export const FEWEST_PEOPLE = 10;
