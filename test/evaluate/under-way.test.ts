import { once } from 'node:events'
import { expect, test } from 'vitest'
import type { StoredEntry } from '../../src/domain/journal.ts'
import type { Usage } from '../../src/domain/model.ts'
import { noPrices } from '../../src/domain/prices.ts'
import { playedSoFar } from '../../src/evaluate/played-trials.ts'
import { findRuns } from '../../src/evaluate/recorded-trials.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { scriptedModel } from '../../src/models/scripted.ts'
import { caseOf, play } from './played-run.ts'
import { suiteOf } from './suites.ts'

const talk = caseOf('talk', { answer: [{ contains: 'Hi' }] })
const usage = { inputTokens: 500, outputTokens: 100 }
const playing = {
  suites: [suiteOf('files', ['bench'], [talk, { ...talk, id: 'again' }])],
  models: [scriptedModel('scripted:m', [{ text: 'Hi.', usage }])],
  concurrency: 1,
}

/** What is counted of a run whose process was killed before the nth entry of a kind; of one that ended, after the last. */
async function countedBefore(
  kind: 'model_response' | 'run_finished',
  nth: number,
  { run: { run }, home, entries }: Awaited<ReturnType<typeof play>>,
  prices = noPrices,
) {
  const reader = readJournal(home)
  const [recorded] = await findRuns(reader, [run])
  const last = entries.filter((entry) => entry.kind === kind)[nth]?.seq ?? entries.length
  if (!recorded) throw new Error('no such run')
  const killed = {
    ...reader,
    entries: (log: string, from: number) => before(last, reader.entries(log, from)),
  }
  const asked = entries.filter(({ kind, seq }) => kind === 'model_request' && seq < last).length
  return { asked, ...(await playedSoFar(killed, recorded, prices)) }
}

async function* before(seq: number, entries: AsyncIterable<StoredEntry>) {
  for await (const stored of entries) if (stored.entry.seq < seq) yield stored
}

test('what was under way at a kill counts as about what was reserved for it', async () => {
  const prices = { ...noPrices, costOf: (_: string, { outputTokens }: Usage) => outputTokens }
  const played = await play({ ...playing, prices })
  const tools = played.ofKind('model_request')[0]?.definitionTokens ?? 0
  expect(tools).toBeGreaterThan(0)
  const none = await countedBefore('model_response', 0, played, prices)
  expect(none.counted).toEqual({ usd: 1000, tokens: expect.closeTo(1010 + tools, -2) })
  const one = await countedBefore('model_response', 1, played, prices)
  expect(one.counted).toEqual({ usd: 200, tokens: expect.closeTo(600 + 110 + tools, -2) })
  expect(one.spent).toEqual({ costUsd: 100, tokens: 600 })
  const { counted } = await countedBefore('run_finished', 0, played, prices)
  expect(counted).toEqual({ usd: 200, tokens: 1200 })
})

test('what waited for the budget at a kill was not sent: no more counts than the budget held', async () => {
  const budget = { tokens: 2000 }
  const played = await play({ ...playing, concurrency: 2, budget, saidBudget: budget })
  expect(await countedBefore('model_response', 0, played)).toMatchObject({
    asked: 2,
    counted: { usd: 0, tokens: 2000 },
  })
})

test('what broke off before a kill counts too, and once where its part has ended', async () => {
  const hanging = scriptedModel('scripted:m', (_request, _turn, signal) =>
    once(signal, 'abort').then(() => ({})),
  )
  const played = await play({ ...playing, models: [hanging], budget: { tokens: 5000 }, timeoutMs: 100 })
  const brokenOff = played.ofKind('run_finished')[0]?.brokenOff
  expect(brokenOff?.tokens).toBeGreaterThan(2000)
  const { counted } = await countedBefore('run_finished', 0, played)
  expect(counted).toEqual({ usd: 0, tokens: expect.closeTo(brokenOff?.tokens ?? 0, -2) })
  expect(await countedBefore('run_finished', 1, played)).toMatchObject({ counted: brokenOff })
})
