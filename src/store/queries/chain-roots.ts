/** Under which chain each one is found that was joined to another. */
export const chainRoots = (condition = '1') =>
  `SELECT chain, argMax(root, (seq, at)) AS root FROM chain_aliases WHERE ${condition} GROUP BY chain`

/** The chain `chain`, and those that were ever joined to it: what is joined stays joined. */
export const isMember =
  '(chain = {chain:String} OR chain IN (SELECT chain FROM chain_aliases WHERE root = {chain:String}))'
