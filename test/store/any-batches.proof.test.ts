import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import type { Store } from '../../src/domain/store.ts'
import { proveSpans } from '../../src/store/chain-proof.ts'
import type { ChainRow, QueryName, SpanRow } from '../../src/store/queries.ts'
import { anyTraffic, happening } from './any-traffic.ts'
import { expectNothingTwice } from './nothing-twice.ts'
import {
  ask,
  beginHome,
  endHome,
  expectSameAsProjected,
  home,
  ingestAll,
  journal,
  store,
} from './open-home.ts'
import { ingestHome, openLog } from './recorded-home.ts'

// More homes than a test should take: CALLTRAIL_HOMES=500
const homes = Number(process.env.CALLTRAIL_HOMES ?? 8)
/** Where a home is told wrong, what is left of it is spent on finding the smallest that is. */
const limitMs = 60_000 + homes * 10_000

/** An ingest of so many entries at once, that fails at so many-th touch of the database, before or after it. */
interface Cut {
  readonly batchEntries: number
  readonly sliceSpans: number
  readonly failAt: number
  readonly isAfter: boolean
}

const cut: fc.Arbitrary<Cut> = fc.record({
  batchEntries: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 20, max: 200 })),
  sliceSpans: fc.integer({ min: 2, max: 60 }),
  failAt: fc.nat(120),
  isAfter: fc.boolean(),
})

const stage = fc.record({
  traffic: fc.array(happening, { size: 'max', maxLength: 150 }),
  cuts: fc.array(cut, { maxLength: 3 }),
})

class Killed extends Error {}

/** The nth touch of the database fails, and all after it. */
function failing(sound: Store<QueryName>, { failAt, isAfter }: Cut): Store<QueryName> {
  let touches = 0
  const fail = (isDone: boolean) => {
    if (touches > failAt || (touches === failAt && isDone === isAfter)) throw new Killed()
  }
  async function touch(act: () => Promise<void>): Promise<void> {
    touches += 1
    fail(false)
    await act()
    fail(true)
  }
  return {
    ...sound,
    append: (rows) => touch(() => sound.append(rows)),
    refresh: (rollup, params) => touch(() => sound.refresh(rollup, params)),
    async *query(name, params) {
      touches += 1
      fail(false)
      yield* sound.query(name, params)
      fail(true)
    },
  }
}

/** A few chains, as a chain is shown. */
async function expectShownAsRecorded(): Promise<void> {
  for (const { chain } of (await ask<ChainRow>('chains')).slice(0, 8)) {
    const rows = await ask<SpanRow>('chain_spans', { chain })
    expect(rows.length).toBeGreaterThan(0)
    expect((await proveSpans(home, store, rows)).differing).toEqual([])
  }
}

test(
  'however the journal is cut and wherever an ingest fails, all is told as it is at once',
  async () => {
    let killed = 0
    const property = fc.asyncProperty(
      fc.array(stage, { minLength: 1, maxLength: 3, size: 'max' }),
      async (stages) => {
        const other = openLog(home)
        const traffic = anyTraffic([journal, other])
        for (const { traffic: happenings, cuts } of stages) {
          for (const each of happenings) traffic.record(each)
          journal.flush()
          other.flush()
          for (const each of cuts)
            await ingestHome(home.path, failing(store, each), each.batchEntries, each.sliceSpans).catch(
              (error) => {
                if (!(error instanceof Killed)) throw error
                killed += 1
              },
            )
        }
        other.close()
        await ingestAll(40)
        await expectSameAsProjected()
        await expectNothingTwice(home)
        await expectShownAsRecorded()
      },
    )
    await fc.assert(
      property.beforeEach(beginHome).afterEach(async () => {
        vi.restoreAllMocks()
        await endHome()
      }),
      { numRuns: homes, interruptAfterTimeLimit: limitMs, markInterruptAsFailure: true },
    )
    expect(killed).toBeGreaterThan(homes / 2)
  },
  2 * limitMs,
)
