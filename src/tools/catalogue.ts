import type { Tool } from '../domain/tool.ts'

/** The tools of all servers of a toolset. */
export interface Catalogue {
  readonly tools: readonly Tool[]
  readonly byName: ReadonlyMap<string, Tool>
}

export type MergeLists = (lists: readonly (readonly Tool[])[]) => Catalogue

/**
 * Merges the servers' lists. The answer is the same object, holding the same array, as long as all lists are the same
 * arrays: what others cache by array (an index, a token count) holds for all trials.
 */
export function catalogueCache(): MergeLists {
  // Keyed along the lists, since a trial whose own server changed its list lives beside trials that share the old one.
  const root: Node = { next: new WeakMap() }
  return (lists) => {
    let node = root
    for (const list of lists) node = nextNode(node, list)
    node.catalogue ??= catalogueOf(lists.flat())
    return node.catalogue
  }
}

interface Node {
  readonly next: WeakMap<readonly Tool[], Node>
  catalogue?: Catalogue
}

function nextNode(node: Node, list: readonly Tool[]): Node {
  const known = node.next.get(list)
  if (known) return known
  const created: Node = { next: new WeakMap() }
  node.next.set(list, created)
  return created
}

function catalogueOf(tools: readonly Tool[]): Catalogue {
  return { tools, byName: new Map(tools.map((tool) => [tool.name, tool])) }
}
