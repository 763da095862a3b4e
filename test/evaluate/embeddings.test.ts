import { afterEach, expect, test } from 'vitest'
import type { Usage } from '../../src/domain/model.ts'
import { noPrices } from '../../src/domain/prices.ts'
import { playedSoFar } from '../../src/evaluate/played-trials.ts'
import { findRuns } from '../../src/evaluate/recorded-trials.ts'
import { rescoreRun } from '../../src/evaluate/rescore.ts'
import { readKey } from '../../src/journal/home.ts'
import { openJournal } from '../../src/journal/journal.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { createEmbedder } from '../../src/models/embedders.ts'
import { scriptedModel } from '../../src/models/scripted.ts'
import { createRedactor } from '../../src/policy/redactor.ts'
import { type EmbeddingsServer, startEmbeddingsServer } from '../fixtures/providers/embeddings-server.ts'
import { caseOf, play } from './played-run.ts'
import { suiteOf } from './suites.ts'

const usage = { inputTokens: 900, outputTokens: 100 }
const find = { tool: 'find_tool', arguments: '{"query":"say something"}' }
const seeking = scriptedModel('scripted:seeking', [
  { calls: [find], usage },
  { text: 'Done.', usage },
])
const cases = ['one', 'two'].map((id) => caseOf(id, { calls: null }))
const suites = [suiteOf('words', ['bench'], cases)]
/** A dollar for every token. */
const prices = {
  knows: () => true,
  costOf: (_: string, { inputTokens, outputTokens }: Pick<Usage, 'inputTokens' | 'outputTokens'>) =>
    inputTokens === null || outputTokens === null ? null : inputTokens + outputTokens,
}
const ofTrial = 2 * 1_000
/** Of one text, as the server counts. */
const ofText = 40

let server: EmbeddingsServer | null = null
afterEach(async () => {
  await server?.close()
  server = null
})

/** Two trials that search once each, one after the other. */
async function searching(
  ...answer: Parameters<typeof startEmbeddingsServer> extends [unknown, ...infer A] ? A : never
) {
  server = await startEmbeddingsServer((text) => [text.length, 1], ...answer)
  const embedder = await createEmbedder('openai:test', { env: server.env, maxRetries: 0 })
  return { suites, models: [seeking], exposures: ['search'], embedder, prices, concurrency: 1 }
}

async function recordedIn({ home, run }: Awaited<ReturnType<typeof play>>) {
  const reader = readJournal(home)
  const [recorded] = await findRuns(reader, [run.run])
  if (!recorded) throw new Error('no such run')
  return { reader, recorded }
}

const texts = () => server?.requests.map(({ length }) => length) ?? []

test('the queries of a trial are in its cost, the toolset that was embedded once in that of the run', async () => {
  const played = await play(await searching())
  const { run, ofKind } = played
  const [tools = 0, ...queries] = texts()
  expect([tools > 2, queries]).toEqual([true, [1, 1]])
  expect(run.trials.map(({ trial }) => [trial.costUsd, trial.totalTokens])).toEqual(
    Array(2).fill([ofTrial + ofText, ofTrial]),
  )
  const all = 2 * (ofTrial + ofText) + tools * ofText
  expect(ofKind('run_finished')).toMatchObject([{ costUsd: all, otherCostUsd: tools * ofText }])
  expect(ofKind('embedding')).toMatchObject(
    texts().map((count) => ({
      ...{ run: run.run, model: 'openai:test', upstream: server?.url, texts: count, estimated: false },
      ...{ inputTokens: count * ofText, totalTokens: count * ofText },
    })),
  )
  const sessions = played.entries.flatMap(({ kind, session }) => (kind === 'embedding' ? [session] : []))
  expect(sessions).toEqual([null, ...run.trials.map(({ trial }) => trial.trial)])

  // Read back, taken up and graded again it is the same.
  const { reader, recorded } = await recordedIn(played)
  const counted = { usd: all, tokens: all }
  const sofar = await playedSoFar(reader, recorded, prices)
  expect(sofar).toMatchObject({ spent: { costUsd: all, tokens: all }, counted, untoldUsd: 0 })
  const journal = openJournal({
    home: played.home,
    redactor: createRedactor(readKey(played.home, 'redaction')),
  })
  const again = await rescoreRun(recorded, { reader, journal, suites, judges: null, version: '1' })
  expect(again).toMatchObject({ trials: 2, changed: [], otherScores: 0 })
  journal.close()
})

test('a run whose process was killed counts what it had embedded when it is taken up', async () => {
  const playing = await searching()
  const played = await play({ ...playing, budget: { tokens: 4_500 } })
  expect(played.run).toMatchObject({ state: 'budget stop', done: 1 })
  const { reader, recorded } = await recordedIn(played)
  const untilKilled = async function* (log: string, from: number) {
    for await (const stored of reader.entries(log, from))
      if (stored.entry.kind !== 'run_finished') yield stored
  }
  const sofar = await playedSoFar({ ...reader, entries: untilKilled }, recorded, prices)
  expect(sofar.spent.costUsd).toBe(played.run.costUsd)
  const [tools = 0] = texts()
  const other = sofar.spent.costUsd ?? 0
  expect(sofar.untoldUsd).toBe(other - ofTrial - ofText)
  const rest = await play({ ...playing, run: played.run.run, played: sofar })
  const shared = texts().filter((count) => count > 1)
  expect(shared).toEqual([tools, tools])
  // The servers were started anew, and their tools embedded anew.
  expect(rest.run.costUsd).toBe(other + ofTrial + ofText + tools * ofText)
  expect(rest.ofKind('run_finished')).toMatchObject([
    { otherCostUsd: (sofar.untoldUsd ?? 0) + tools * ofText },
  ])
})

test('a budget that would not hold them stops the run before the provider is asked', async () => {
  const greedy = scriptedModel('scripted:greedy', [
    { calls: [find], usage: { inputTokens: 1_900, outputTokens: 90 } },
  ])
  const stopped = await play({ ...(await searching()), models: [greedy], budget: { tokens: 2_000 } })
  expect(stopped.run).toMatchObject({ state: 'budget stop', done: 0, refusal: { spent: { tokens: 1_990 } } })
  expect(texts()).toEqual([])

  await server?.close()
  // Room for all that the models take, and none for what is embedded.
  const tight = await play({ ...(await searching()), budget: { tokens: 2 * ofTrial } })
  expect(tight.run).toMatchObject({ state: 'budget stop', done: 1, budgetStops: 1, infrastructureErrors: 0 })
  await server?.close()
  const inDollars = await play({ ...(await searching()), budget: { usd: 2 * ofTrial } })
  expect(inDollars.run).toMatchObject({ state: 'budget stop', done: 1, budgetStops: 1 })
})

test('an unknown price, and tokens that nobody counted, make the cost unknown; a budget takes estimates', async () => {
  const costOf: typeof prices.costOf = (name, own) =>
    name === 'openai:test' ? null : prices.costOf(name, own)
  const unpriced = await play({ ...(await searching()), prices: { ...noPrices, costOf } })
  expect(unpriced.run.costUsd).toBeNull()
  expect(unpriced.run.trials.map(({ trial }) => trial.costUsd)).toEqual([null, null])

  await server?.close()
  const uncounting = await searching(({ usage: _, ...body }) => ({ status: 200, body }))
  const uncounted = await play({ ...uncounting, budget: { tokens: 100_000 } })
  expect(uncounted.run).toMatchObject({ costUsd: null, done: 2 })
  const embeddings = uncounted.ofKind('embedding')
  expect(embeddings).toHaveLength(3)
  for (const { inputTokens, totalTokens, estimated } of embeddings)
    expect([inputTokens, totalTokens > 0, estimated]).toEqual([null, true, true])
  const { reader, recorded } = await recordedIn(uncounted)
  const sofar = await playedSoFar(reader, recorded, prices)
  const estimate = embeddings.reduce((sum, { totalTokens }) => sum + totalTokens, 0)
  expect(sofar).toMatchObject({ spent: { costUsd: null }, counted: { tokens: 2 * ofTrial + estimate } })
})
