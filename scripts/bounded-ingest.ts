// `npm run bounded [MEGABYTES]`: a journal of that size (1 GiB unless said) of trials and live conversations is ingested by
// `calltrail runs`, its JavaScript heap capped, and its resident memory watched: above that of the same command on an
// empty home it is to stay below a bound, and the second half of the time is to take no more than the first. One
// conversation is longer than what ingest tells at once. `-- --short` is a small journal of short texts with a smaller heap, for CI.
// `-- --conversation MEGABYTES...` ingests journals of nothing but one conversation: a megabyte of the last is to take at
// most twice the time of one of the first.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openHome } from '../src/journal/home.ts'
import { type ResultWords, recordConversation, recordTraffic } from './bounded/record-traffic.ts'
import { type Memory, watchMemory } from './bounded/watch-memory.ts'

/** In MiB. */
interface Proof {
  readonly journal: number
  /** Of the old generation. */
  readonly heap: number
  /** Of resident memory above the open database. */
  readonly above: number
  /** What the second half of the time may take beyond the first: what the engine knows of each part, and chance. */
  readonly growth: number
  readonly resultWords: ResultWords
}

/** It is over before the engine has all that it will keep. */
const short: Proof = {
  journal: 48,
  heap: 160,
  above: 400,
  growth: Number.POSITIVE_INFINITY,
  resultWords: () => 10,
}
/** Most results are short; one in a thousand has about a megabyte. */
const long = (journal: number): Proof => ({
  journal,
  heap: 192,
  above: 750,
  growth: 100,
  resultWords: (call) => (call % 1000 === 999 ? 160_000 : call % 20 === 19 ? 4_000 : 100),
})

const [given, ...sizes] = process.argv.slice(2)
const isWithin =
  given === '--conversation'
    ? await proveLinear(sizes.map(Number))
    : await prove(given === '--short' ? short : long(Number(given ?? 1024)))
process.exit(isWithin ? 0 : 1)

async function prove({ journal, heap, above, growth, resultWords }: Proof): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'calltrail-bounded-'))
  try {
    const idle = await ingest(join(folder, 'idle'), heap)
    const home = join(folder, 'home')
    recordTraffic(openHome(home), journal * 1_048_576, resultWords)
    const { peak, tenths, seconds } = await ingest(home, heap)
    const taken = peak - idle.peak
    console.log(
      `${journal} MiB of journal, heap of ${heap} MiB: peak ${peak} MiB, ${taken} above the open database (at most ${above}), ${Math.round(seconds)} s`,
    )
    const grown = Math.max(...tenths.slice(5)) - Math.max(...tenths.slice(0, 5))
    console.log(
      `over time: ${tenths.join(' ')} MiB; the second half ${grown} above the first${growth < Number.POSITIVE_INFINITY ? ` (at most ${growth})` : ''}`,
    )
    return taken <= above && grown <= growth
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function proveLinear(sizes: readonly number[]): Promise<boolean> {
  const perMegabyte: number[] = []
  for (const journal of sizes) {
    const home = mkdtempSync(join(tmpdir(), 'calltrail-bounded-'))
    try {
      recordConversation(openHome(home), journal * 1_048_576, () => 20)
      const { peak, seconds } = await ingest(home, 192)
      console.log(
        `one conversation of ${journal} MiB: ${seconds.toFixed(1)} s, ${(seconds / journal).toFixed(2)} a MiB, peak ${peak} MiB`,
      )
      perMegabyte.push(seconds / journal)
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  }
  return (perMegabyte.at(-1) ?? 0) <= 2 * (perMegabyte[0] ?? 0)
}

/** As a command that reads does, which ingests first. */
function ingest(home: string, heap: number): Promise<Memory> {
  const argv = [`--max-old-space-size=${heap}`, 'dist/cli/main.js', 'runs', '--json']
  return watchMemory(argv, { ...process.env, CALLTRAIL_HOME: home, CLICKHOUSE_URL: '' })
}
