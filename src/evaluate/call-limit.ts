/** Calls that are carried out in one trial, at most: a model can decide on hundreds at once, in turn after turn. */
export const callLimit = 500

/** Calls in one turn, at most: of a turn with more none is carried out, and the trial is over. */
export const parallelCallLimit = 100
