import type { Model } from '../domain/model.ts'
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

/** Nobody can keep to dollars without prices. */
export function checkBudget(
  { usd }: RunBudget,
  models: readonly Pick<Model, 'name'>[],
  prices: Prices,
): void {
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

export interface AccountOptions {
  readonly budget?: RunBudget | undefined
  /** By earlier parts of the run. */
  readonly spent?: Spending | undefined
  /** Of that, what counts against the budget. */
  readonly counted?: Amounts | undefined
}

/** What a run spends, held to its budget. */
export interface Account {
  readonly spent: Spending
  /** Of what counts against the budget, what requests that broke off had reserved: no answer tells of it. */
  readonly brokenOff: Amounts
  /** Null while the budget has held every request. */
  readonly refusal: Refusal | null
  /** Resolves as `ask` does, which tells what it took with `take`. `estimate`: what it may take, without a budget never asked for. */
  hold<T>(estimate: () => Amounts, ask: (expected: Amounts) => Promise<T>, signal: AbortSignal): Promise<T>
  /** Counts what is expected for what is unknown, and answers what it counted. */
  take(spending: Spending, expected: Amounts): Amounts
}

/**
 * A request reserves what it may take, waits while others that are under way hold the rest, and is refused once the budget
 * does not hold it; one that broke off counts as what was reserved for it. So a run goes beyond its budget by no more than
 * requests take more than was expected of them.
 */
export function openAccount({ budget = {}, spent = nothingSpent, ...earlier }: AccountOptions): Account {
  let total = spent
  /** With estimates where a provider did not count. */
  let counted = earlier.counted ?? none
  let brokenOff = none
  let reserved = none
  let refusal: Refusal | null = null
  let waiting: (() => void)[] = []
  const isLimited = budget.usd !== undefined || budget.tokens !== undefined
  const limit = limitOf(budget)

  async function reserve(wanted: Amounts): Promise<void> {
    const fits = (held: Amounts) =>
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

  function release(wanted: Amounts): void {
    reserved = minus(reserved, wanted)
    const woken = waiting
    waiting = []
    for (const wake of woken) wake()
  }

  return {
    get spent() {
      return total
    },
    get brokenOff() {
      return brokenOff
    },
    get refusal() {
      // Others that were under way have been answered since.
      return refusal && { ...refusal, spent: counted }
    },
    async hold(estimate, ask, signal) {
      // Without a budget nothing is estimated: that costs time.
      const expected = isLimited ? estimate() : none
      if (isLimited) await reserve(expected)
      let isAsked = false
      try {
        signal.throwIfAborted()
        isAsked = true
        return await ask(expected)
      } catch (error) {
        if (isAsked && mayHaveCost(error, signal)) {
          counted = plus(counted, expected)
          brokenOff = plus(brokenOff, expected)
        }
        throw error
      } finally {
        if (isLimited) release(expected)
      }
    },
    take(spending, expected) {
      const took = { usd: spending.costUsd ?? expected.usd, tokens: spending.tokens ?? expected.tokens }
      counted = plus(counted, took)
      total = addSpending(total, spending)
      return took
    },
  }
}

/** Without a limit, infinite. */
export function limitOf({ usd, tokens }: RunBudget): Amounts {
  return { usd: usd ?? Number.POSITIVE_INFINITY, tokens: tokens ?? Number.POSITIVE_INFINITY }
}

export const none: Amounts = { usd: 0, tokens: 0 }
export const plus = (a: Amounts, b: Amounts): Amounts => ({ usd: a.usd + b.usd, tokens: a.tokens + b.tokens })
export const minus = (a: Amounts, b: Amounts): Amounts => ({
  usd: a.usd - b.usd,
  tokens: a.tokens - b.tokens,
})

/** Codes of `askProvider`, for answers that had begun. */
const begunAnswers = new Set(['provider_cut_off', 'provider_unreadable'])

/** An answer that broke off, or was broken off, is paid for all the same; how much it took nobody says. */
function mayHaveCost(error: unknown, { aborted }: AbortSignal): boolean {
  return aborted || (error instanceof InfrastructureError && begunAnswers.has(error.code))
}
