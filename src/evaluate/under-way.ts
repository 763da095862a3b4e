import type { EntryData } from '../domain/entry.ts'
import { unknownUsage } from '../domain/model.ts'
import type { Prices } from '../domain/prices.ts'
import { firstAnswerTokens } from './meter.ts'
import { type Amounts, none, plus } from './run-budget.ts'

type Asked = EntryData['model_request']

const bytesPerToken = 3

/**
 * What requests may have taken that no answer was recorded of, since their process was killed: about what was reserved for
 * them, and no more than was left of the budget. A request is recorded before it waits for its share of that, so some may
 * not have been sent. `longest`: answers so far, in tokens, by model.
 */
export function wasUnderWay(
  asked: readonly Asked[],
  left: Amounts,
  longest: ReadonlyMap<string, number>,
  prices: Prices,
): Amounts {
  const { usd, tokens } = asked
    .map((request) => expectedOf(request, longest.get(request.model) ?? firstAnswerTokens, prices))
    .reduce(plus, none)
  return { usd: Math.max(0, Math.min(usd, left.usd)), tokens: Math.max(0, Math.min(tokens, left.tokens)) }
}

function expectedOf(
  { model, definitionTokens, messages }: Asked,
  outputTokens: number,
  prices: Prices,
): Amounts {
  const inputTokens = (definitionTokens ?? 0) + Math.ceil(messages.bytes / bytesPerToken)
  const usd = prices.costOf(model, { ...unknownUsage, inputTokens, outputTokens }) ?? 0
  return { usd, tokens: inputTokens + outputTokens }
}
