/** Under which chain each one is found that was joined to another. */
export const chainRoots = (condition = '1') =>
  `SELECT chain, argMax(root, (at, seq)) AS root FROM chain_aliases WHERE ${condition} GROUP BY chain`

/** A chain, and those that were ever joined to it: what is joined stays joined. */
export const membersOf = (roots: string) =>
  `(chain IN (${roots}) OR chain IN (SELECT chain FROM chain_aliases WHERE root IN (${roots})))`
