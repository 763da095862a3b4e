import type { Model, ModelOutput, ModelRequest, Tokenizer } from '../domain/model.ts'
import type { Prices } from '../domain/prices.ts'
import { InfrastructureError, UsageError } from '../errors.ts'
import { addSpending, nothingSpent, type Spending } from './spending.ts'

/** At most this much in one run. */
export interface RunBudget {
  readonly usd?: number | undefined
  readonly tokens?: number | undefined
}

/** Thrown in place of a request that could take a run beyond its budget. */
export class BudgetStop extends Error {}

/** In US dollars and in tokens. */
export interface Amounts {
  readonly usd: number
  readonly tokens: number
}

/** The first request that a budget did not let through. */
export interface Refusal {
  readonly budget: RunBudget
  /** With estimates where a provider did not count. */
  readonly spent: Amounts
  /** What was to be reserved for it: what is sent, and an answer. */
  readonly wanted: Amounts
}

/** What ended a run, and what is left of it. */
export interface Stop extends Refusal {
  readonly trialsLeft: number
  /** An estimate of what these take: what those that were played took, on the average. Null where none was. */
  readonly toPlay: Amounts | null
}

export function stopOf(refusal: Refusal, played: number, left: number): Stop {
  const share = left / played
  const { usd, tokens } = refusal.spent
  const toPlay = played > 0 ? { usd: usd * share, tokens: Math.ceil(tokens * share) } : null
  return { ...refusal, trialsLeft: left, toPlay }
}

/** A model in a trial, and what that trial spends. */
export interface Meter {
  readonly spent: Spending
  readonly isUsedUp: boolean
  /** Null while the budget has held every request. */
  readonly refusal: Refusal | null
  /** `onSpent` hears of each request what it took. */
  meter(model: Model, onSpent: (spent: Spending) => void): Model
}

interface MeterOptions {
  readonly prices: Prices
  readonly tokenizer: Tokenizer
  readonly budget?: RunBudget | undefined
  /** By earlier parts of the run. */
  readonly spent?: Spending | undefined
  /** Of that, what counts against the budget. */
  readonly counted?: Amounts | undefined
}

/** Nobody can keep to dollars without prices. */
export function checkBudget({ usd }: RunBudget, models: readonly Model[], prices: Prices): void {
  if (usd === undefined) return
  const unknown = [...new Set(models.map(({ name }) => name))].filter((name) => !prices.knows(name))
  if (unknown.length === 0) return
  throw new UsageError(
    unknown.map((name) => ({
      message: `the price of ${name} is not known, so a budget in USD cannot be kept`,
      hint: `give it in calltrail.yaml, in USD per million tokens: prices: { "${name}": { input: 1, output: 4 } }; or set a budget in tokens`,
    })),
  )
}

// Of an answer, until one was seen: what is reserved for a request that is under way.
const firstAnswerTokens = 1_000

/**
 * Counts what requests take, and holds them to a budget: each reserves what it may take (what is sent, counted by o200k, and
 * the longest answer of the model so far; at least as much as any request of it took), waits while others that are under way hold the rest, and is refused once the
 * budget does not hold it; one that broke off counts as what was reserved for it. So a run goes beyond by no more than requests take more than any before.
 */
export function createMeter(options: MeterOptions): Meter {
  const { prices, tokenizer, budget = {}, spent = nothingSpent } = options
  let total = spent
  /** With estimates where a provider did not count. */
  let counted = options.counted ?? none
  let reserved = { usd: 0, tokens: 0 }
  let refusal: Refusal | null = null
  let waiting: (() => void)[] = []
  const longest = new Map<string, number>()
  const largest = new Map<string, typeof none>()
  const isLimited = budget.usd !== undefined || budget.tokens !== undefined
  const limit = {
    usd: budget.usd ?? Number.POSITIVE_INFINITY,
    tokens: budget.tokens ?? Number.POSITIVE_INFINITY,
  }

  function expect({ name }: Model, request: ModelRequest) {
    const inputTokens =
      tokenizer.definitions(request.tools) + tokenizer.count(JSON.stringify(request.messages))
    const outputTokens = longest.get(name) ?? firstAnswerTokens
    const usage = { inputTokens, outputTokens, ...uncached }
    const most = largest.get(name) ?? none
    return {
      usd: Math.max(most.usd, prices.costOf(name, usage) ?? 0),
      tokens: Math.max(most.tokens, inputTokens + outputTokens),
    }
  }

  async function reserve(wanted: typeof reserved): Promise<void> {
    const fits = (held: typeof reserved) =>
      counted.usd + held.usd + wanted.usd <= limit.usd &&
      counted.tokens + held.tokens + wanted.tokens <= limit.tokens
    while (!refusal && fits(none) && !fits(reserved))
      await new Promise<void>((resolve) => waiting.push(resolve))
    if (refusal || !fits(none)) {
      refusal ??= { budget, spent: counted, wanted }
      release(none)
      throw new BudgetStop('the budget of the run is used up')
    }
    reserved = plus(reserved, wanted)
  }

  function release(wanted: typeof reserved): void {
    reserved = { usd: reserved.usd - wanted.usd, tokens: reserved.tokens - wanted.tokens }
    const woken = waiting
    waiting = []
    for (const wake of woken) wake()
  }

  function count(name: string, { usage }: ModelOutput, expected: typeof reserved): Spending {
    const { inputTokens, outputTokens } = usage
    const costUsd = prices.costOf(name, usage)
    const tokens = inputTokens === null || outputTokens === null ? null : inputTokens + outputTokens
    longest.set(name, Math.max(longest.get(name) ?? 0, outputTokens ?? firstAnswerTokens))
    const took = { usd: costUsd ?? expected.usd, tokens: tokens ?? expected.tokens }
    const most = largest.get(name) ?? none
    largest.set(name, { usd: Math.max(most.usd, took.usd), tokens: Math.max(most.tokens, took.tokens) })
    counted = plus(counted, took)
    total = addSpending(total, { costUsd, tokens })
    return { costUsd, tokens }
  }

  return {
    get spent() {
      return total
    },
    get isUsedUp() {
      return refusal !== null
    },
    get refusal() {
      return refusal
    },
    meter: (model, onSpent) => ({
      ...model,
      async generate(request, signal) {
        // Without a budget nothing is estimated: that costs time.
        const expected = isLimited ? expect(model, request) : none
        if (isLimited) await reserve(expected)
        let isAsked = false
        try {
          signal.throwIfAborted()
          isAsked = true
          const output = await model.generate(request, signal)
          onSpent(count(model.name, output, expected))
          return output
        } catch (error) {
          if (isAsked && mayHaveCost(error, signal)) counted = plus(counted, expected)
          throw error
        } finally {
          if (isLimited) release(expected)
        }
      },
    }),
  }
}

const none: Amounts = { usd: 0, tokens: 0 }
const plus = (a: Amounts, b: Amounts): Amounts => ({ usd: a.usd + b.usd, tokens: a.tokens + b.tokens })
/** Codes of `askProvider`, for answers that had begun. */
const begunAnswers = new Set(['provider_cut_off', 'provider_unreadable'])

/** An answer that broke off, or was broken off, is paid for all the same; how much it took nobody says. */
function mayHaveCost(error: unknown, { aborted }: AbortSignal): boolean {
  return aborted || (error instanceof InfrastructureError && begunAnswers.has(error.code))
}

const uncached = { cacheReadTokens: null, cacheCreationTokens: null, reasoningTokens: null }
