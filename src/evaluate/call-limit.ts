/** Calls that are carried out in one trial, at most: a model can decide on hundreds at once, in turn after turn. */
export const callLimit = 500
