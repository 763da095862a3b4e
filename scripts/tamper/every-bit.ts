import { verifyHome } from '../../src/journal/audit/verify-home.ts'
import type { Home } from '../../src/journal/home.ts'
import {
  type Flip,
  flipBodies,
  flipEntries,
  flipLeaves,
  newTally,
  type Tally,
} from '../../test/journal/audit/every-bit.ts'
import { flip, lineTamperings, misjudged, type Tampering } from '../../test/journal/audit/tampering.ts'
import { writeLog } from '../../test/journal/audit/written-home.ts'

export interface Part {
  /** From 1. */
  readonly part: number
  readonly parts: number
}

const entries = 10_000
/** Changes of a part that go through the whole `verify`, of each sort, at most. */
const wholeVerifies = 100

/** Every bit of a journal of 10,000 entries: its entries, their leaves, their bodies. Whether all were found. */
export function everyBitOfMany(home: Home, { part, parts }: Part): boolean {
  const log = writeLog(home, entries, { fresh: 20, rollBytes: 1_000_000 })
  const { findings } = verifyHome(home)
  if (findings.length > 0) throw new Error(JSON.stringify(findings))
  const isOurs = (number: number) => number % parts === part - 1
  const newlines: Flip[] = []
  const samples: Flip[] = []
  const areFound = [flipEntries, flipLeaves, flipBodies].map((flipAll) => {
    const tally = newTally()
    flipAll(home, log, isOurs, tally)
    for (const each of tally.ofNewlines) newlines.push(each)
    for (const each of tally.samples) samples.push(each)
    return report(flipAll.name, tally)
  })
  const ours = Array.from({ length: entries }, (_, seq) => seq).filter(isOurs)
  const wholes = [
    verifyWhole(home, 'flips that make or remove a newline', some(newlines).map(asTampering)),
    verifyWhole(home, 'flips that do neither, as above', some(samples).map(asTampering)),
    verifyWhole(home, 'entries deleted, repeated, moved, put in or cut off', edits(ours)),
  ]
  return [...areFound, ...wholes].every((isFound) => isFound)

  function asTampering({ file, position, bit }: Flip): Tampering {
    return flip(home, file, position, bit)
  }

  function edits(seqs: readonly number[]): readonly Tampering[] {
    return some(seqs).flatMap((seq, index) =>
      lineTamperings(home, log, seq).filter((_, nth) => nth === index % 5),
    )
  }
}

/** Spread over all of them. */
function some<T>(all: readonly T[]): readonly T[] {
  const step = Math.max(1, all.length / wholeVerifies)
  return Array.from(
    { length: Math.min(all.length, wholeVerifies) },
    (_, nth) => all[Math.floor(nth * step)],
  ).flatMap((each) => each ?? [])
}

function report(what: string, { flips, found, missed, ofNewlines }: Tally): boolean {
  console.log(
    `${what}: ${flips} bits, ${found} found where they are, ${flips - found} not; ${ofNewlines.length} more make or remove a newline`,
  )
  for (const flip of missed) console.log(JSON.stringify(flip))
  return flips > 0 && found === flips
}

function verifyWhole(home: Home, what: string, tamperings: readonly Tampering[]): boolean {
  const failures = tamperings.flatMap((tampering) => misjudged(home, tampering) ?? [])
  console.log(
    `${what}: ${tamperings.length} by the whole verify, ${tamperings.length - failures.length} found where they are, ${failures.length} not`,
  )
  for (const failure of failures.slice(0, 20)) console.log(failure)
  return failures.length === 0
}
