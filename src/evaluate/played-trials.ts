import { embeddingUsage } from '../domain/embedder.ts'
import type { EntryData } from '../domain/entry.ts'
import type { JournalReader } from '../domain/journal.ts'
import type { Usage } from '../domain/model.ts'
import type { Prices } from '../domain/prices.ts'
import { type GradedTrial, gradedTrial } from './graded-trial.ts'
import { firstAnswerTokens } from './meter.ts'
import type { PlannedTrial } from './plan.ts'
import type { RecordedRun } from './recorded-trials.ts'
import { type Amounts, limitOf, minus, none, plus, type RunBudget } from './run-budget.ts'
import { addSpending, nothingSpent, type Spending } from './spending.ts'
import { wasUnderWay } from './under-way.ts'

export interface PlayedSoFar {
  /** When its first part did, in ISO 8601. */
  readonly started: string | null
  readonly trials: readonly GradedTrial[]
  /** By them, and by those that a killed process did not end. */
  readonly spent: Spending
  /** As a budget counts it: with estimates where a provider did not count. */
  readonly counted: Amounts
  /** Of that, in US dollars, what neither a trial nor the end of a part has told. */
  readonly untoldUsd: number | null
  /** Whether any answer was one that had been kept. */
  readonly isCached: boolean
  /** Of all parts that ended. */
  readonly durationMs: number
}

/**
 * What the journal has of a run: a trial is played once its entry is there, which comes after its scores. `budget` held
 * those of its parts whose command line said none.
 */
export async function playedSoFar(
  journal: JournalReader,
  { run, logs }: RecordedRun,
  prices: Prices,
  budget: RunBudget = {},
): Promise<PlayedSoFar> {
  const trials = new Map<string, EntryData['trial']>()
  const scores = new Map<string, EntryData['score'][]>()
  /** By session; by the run, what trials share. */
  const open = new Map<string, Spending>()
  const longest = new Map<string, number>()
  let spent = nothingSpent
  let counted = none
  let toldUsd = 0
  let durationMs = 0
  let started: string | null = null
  let isCached = false
  const count = (by: string, model: string, usage: Usage, tokens: number | null) => {
    const costUsd = prices.costOf(model, usage)
    open.set(by, addSpending(open.get(by) ?? nothingSpent, { costUsd, tokens }))
    const usd = costUsd ?? dearest(prices, model, tokens ?? 0)
    counted = plus(counted, { usd, tokens: tokens ?? 0 })
  }
  for (const log of logs) {
    /** Requests of which no answer tells what they took, by span. */
    const asked = new Map<string, EntryData['model_request']>()
    /** What counted might come to in this part. */
    let limit = limitOf(budget)
    for await (const { entry } of journal.entries(log, 0)) {
      const { kind, data, session, at } = entry
      if (kind === 'run_started' && data.run === run) {
        if (at < (started ?? '~')) started = at
        // A shard knew of no other.
        limit = plus(limitOf({ ...budget, ...data.budget }), data.shard ? counted : none)
      }
      if (kind === 'run_finished' && data.run === run) {
        // It tells what broke off.
        asked.clear()
        toldUsd += data.otherCostUsd ?? 0
        counted = plus(counted, data.brokenOff ?? none)
        durationMs += data.durationMs
      }
      if (kind === 'session_opened' && data.parent === run && session !== null)
        open.set(session, nothingSpent)
      if (kind === 'embedding' && data.run === run)
        count(session ?? run, data.model, embeddingUsage(data.inputTokens), data.totalTokens)
      const sofar = open.get(session ?? '')
      if (sofar === undefined) continue
      if (kind === 'model_request') asked.set(data.span, data)
      if (kind === 'model_response') {
        const model = asked.get(data.span)?.model ?? ''
        if (data.outcome.layer !== 'cancelled') asked.delete(data.span)
        isCached ||= data.cached === true
        // What was refused, or failed, is in no figure, as in those of the part that asked.
        if (data.cached || data.outcome.layer !== 'ok') continue
        count(session ?? '', model, data.usage, data.totalTokens)
        const { outputTokens } = data.usage
        longest.set(model, Math.max(longest.get(model) ?? 0, outputTokens ?? firstAnswerTokens))
      }
      if (kind === 'score' && data.run === run)
        scores.set(data.trial, [...(scores.get(data.trial) ?? []), data])
      if (kind !== 'trial' || data.run !== run) continue
      trials.set(data.trial, data)
      spent = addSpending(spent, { costUsd: data.costUsd ?? sofar.costUsd, tokens: sofar.tokens })
      open.delete(session ?? '')
    }
    counted = plus(counted, wasUnderWay([...asked.values()], minus(limit, counted), longest, prices))
  }
  const { costUsd: otherUsd, ...other } = [...open.values()].reduce(addSpending, nothingSpent)
  return {
    trials: Array.from(trials.values(), (trial) => gradedTrial(trial, scores.get(trial.trial) ?? [])),
    spent: addSpending(spent, { costUsd: otherUsd, ...other }),
    counted,
    isCached,
    untoldUsd: otherUsd === null ? null : Math.max(0, otherUsd - toldUsd),
    durationMs,
    started,
  }
}

/** What so many tokens cost at most: which of them were the answer is not known. */
function dearest(prices: Prices, model: string, tokens: number): number {
  const uncached = { cacheReadTokens: null, cacheCreationTokens: null, reasoningTokens: null }
  const costs = [
    prices.costOf(model, { inputTokens: tokens, outputTokens: 0, ...uncached }),
    prices.costOf(model, { inputTokens: 0, outputTokens: tokens, ...uncached }),
  ]
  return Math.max(...costs.map((cost) => cost ?? 0))
}

/** Which trial of a run it is. */
export function trialKeyOf({ trial }: GradedTrial): string {
  return JSON.stringify([trial.suite, trial.case, trial.model, trial.exposure, trial.repetition])
}

export function plannedKeyOf({ suite, testCase, model, exposure, repetition }: PlannedTrial): string {
  return JSON.stringify([suite.name, testCase.id, model.name, exposure, repetition])
}

/** One of a plan that has no outcome. */
export interface UnplayedTrial {
  readonly suite: string
  readonly case: string
  readonly model: string
  readonly exposure: string
  readonly repetition: number
}

export function unplayedTrials(
  planned: readonly PlannedTrial[],
  played: readonly GradedTrial[],
): readonly UnplayedTrial[] {
  const done = new Set(played.map(trialKeyOf))
  return planned
    .filter((trial) => !done.has(plannedKeyOf(trial)))
    .map(({ suite, testCase, model, exposure, repetition }) => ({
      ...{ suite: suite.name, case: testCase.id, model: model.name, exposure, repetition },
    }))
}

export interface KnownTrials {
  /** In the order of the plan; null for a trial that was not played. */
  readonly planned: readonly (GradedTrial | null)[]
  /** Beyond the plan, for the gate. */
  readonly more: readonly GradedTrial[]
}

/** What was played earlier. */
export function knownTrials(planned: readonly PlannedTrial[], played: PlayedSoFar | null): KnownTrials {
  if (played === null) return { planned: planned.map(() => null), more: [] }
  const known = new Map(played.trials.map((graded) => [trialKeyOf(graded), graded]))
  const keys = planned.map(plannedKeyOf)
  const wanted = new Set(keys)
  const repetitions = planned.reduce((most, { repetition }) => Math.max(most, repetition), 0)
  const isMore = (graded: GradedTrial) =>
    graded.trial.repetition > repetitions && !wanted.has(trialKeyOf(graded))
  return {
    planned: keys.map((key) => known.get(key) ?? null),
    more: played.trials.filter(isMore),
  }
}
