import type { Link } from '../domain/chain.ts'
import type { Join } from './join.ts'
import { newLink } from './new-link.ts'

/** A chain that is part of another one since a link joined them. */
export interface ChainAlias {
  readonly chain: string
  readonly root: string
  /** Counts the merges of a home: of what several say of a chain, the last counts, and clocks may be set back. */
  readonly merge: number
}

/**
 * The joins as links. Ids of chains are permanent: a link that joins two chains says which ones are from now on found
 * under the chain of the cause, all those among them that were joined before. `aliases` are those known so far, a chain once: of the
 * chains that are joined, and all those of the chains that `mergedRoots` names; `lastMerge` is the greatest number that a
 * merge has.
 */
export function mergeChains(
  joins: readonly Join[],
  aliases: readonly Pick<ChainAlias, 'chain' | 'root'>[],
  lastMerge: number,
): readonly Link[] {
  let merge = lastMerge
  const roots = new Map(aliases.map(({ chain, root }) => [chain, root]))
  const members = new Map<string, string[]>()
  const add = (root: string, chains: readonly string[]) => {
    const known = members.get(root)
    if (known) for (const chain of chains) known.push(chain)
    else members.set(root, [...chains])
  }
  for (const { chain, root } of aliases) add(root, [chain])
  const rootOf = (chain: string) => roots.get(chain) ?? chain
  return joins.map(({ link, from, to }) => {
    const found = newLink(link)
    const [root, merged] = [rootOf(from.chain), rootOf(to.chain)]
    if (root === merged || !joinsChains(link)) return found
    const chains = [merged, ...(members.get(merged) ?? [])]
    for (const chain of chains) roots.set(chain, root)
    members.delete(merged)
    add(root, chains)
    merge += 1
    return { ...found, evidence: { ...found.evidence, chains, root, merge } }
  })
}

/** The chains that are found under another once these joins are made, of those that were found under none; `roots` are known so far. */
export function mergedRoots(joins: readonly Join[], roots: ReadonlyMap<string, string>): ReadonlySet<string> {
  const parents = new Map(roots)
  const merged = new Set<string>()
  const rootOf = (chain: string): string => {
    let root = chain
    for (let next = parents.get(root); next !== undefined; next = parents.get(root)) root = next
    return root
  }
  for (const { link, from, to } of joins) {
    const [root, lost] = [rootOf(from.chain), rootOf(to.chain)]
    if (root === lost || !joinsChains(link)) continue
    parents.set(lost, root)
    merged.add(lost)
  }
  return merged
}

/** What a link says of chains: none where it joined none. */
export function aliasesIn({ evidence: { chains, root, merge } }: Link): readonly ChainAlias[] {
  if (!Array.isArray(chains) || typeof root !== 'string') return []
  const place = typeof merge === 'number' ? merge : 0
  return chains.flatMap((chain) => (typeof chain === 'string' ? [{ chain, root, merge: place }] : []))
}

/** One that names several causes is sure of none. */
function joinsChains({ candidates }: Pick<Link, 'candidates'>): boolean {
  return candidates.length <= 1
}
