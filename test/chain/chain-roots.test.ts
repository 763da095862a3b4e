import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aliasesIn, mergeChains, mergedRoots } from '../../src/chain/chain-roots.ts'
import type { Join } from '../../src/chain/join.ts'
import { call } from './join-spans.ts'

const joinOf = ([from, to]: readonly [number, number], nth: number): Join => ({
  link: { type: 'caused', from: `${from}`, to: `${to}`, tier: 1, candidates: [`${from}`], evidence: { nth } },
  from: { ...call(`${from}`, 0), chain: `chain-${from}` },
  to: { ...call(`${to}`, 0), chain: `chain-${to}` },
})

/** As the database has it: of what several merges say of a chain, the last counts. */
function mergeAll(batches: readonly (readonly Join[])[], isAllKnown: boolean): ReadonlyMap<string, string> {
  const roots = new Map<string, string>()
  let merge = 0
  for (const joins of batches) {
    const joined = new Set(joins.flatMap(({ from, to }) => [from.chain, to.chain]))
    const merged = mergedRoots(joins, new Map([...roots].filter(([chain]) => joined.has(chain))))
    const known = Array.from(roots, ([chain, root]) => ({ chain, root })).filter(
      ({ chain, root }) => isAllKnown || joined.has(chain) || merged.has(root),
    )
    for (const alias of mergeChains(joins, known, merge).flatMap(aliasesIn)) {
      roots.set(alias.chain, alias.root)
      merge = Math.max(merge, alias.merge)
    }
  }
  return roots
}

test('chains are found where all aliases would have put them, though only those of merged roots are known', () => {
  const pair = fc.tuple(fc.nat({ max: 12 }), fc.nat({ max: 12 }))
  fc.assert(
    fc.property(fc.array(fc.array(pair, { maxLength: 6 }), { maxLength: 6 }), (pairs) => {
      const batches = pairs.map((batch) => batch.map(joinOf))
      const roots = mergeAll(batches, false)
      expect(roots).toEqual(mergeAll(batches, true))
      for (const root of roots.values()) expect(roots.has(root)).toBe(false)
    }),
  )
})
