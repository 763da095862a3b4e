import { openHome } from '../journal/home.ts'
import { proveSpans } from '../store/chain-proof.ts'
import type { SpanRow } from '../store/queries.ts'
import { rowsOf } from '../store/rows-of.ts'
import { oneChain } from './chain.ts'
import { withDatabase } from './database.ts'
import { homePath } from './home.ts'
import { printJson } from './print.ts'

/** Each entry as it is stored, with what proves it to who has the key and nothing else of this home. */
export async function proveChain(prefix: string): Promise<number> {
  const { chain, proof } = await withDatabase(async (database) => {
    const chain = await oneChain(database, prefix)
    const spans = await rowsOf(database.query<SpanRow>('chain_spans', { chain }))
    return { chain, proof: await proveSpans(openHome(homePath()), database, spans) }
  })
  const isProven = proof.differing.length === 0 && proof.logs.every(({ problem }) => problem === null)
  printJson({
    chain,
    proven: isProven,
    differing_spans: proof.differing,
    logs: proof.logs.map(({ log, entries, problem, key, proofOf }) => ({
      ...{ log, key, problem },
      entries: entries.map(({ seq, line }) => ({ seq, line, proof: proofOf(seq) })),
    })),
    leaf: 'SHA-256(0x00, then the bytes of line in UTF-8)',
  })
  return isProven ? 0 : 1
}
