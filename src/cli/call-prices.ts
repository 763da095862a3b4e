import { loadConfig } from '../config/calltrail-config.ts'
import type { CallPrices } from '../domain/prices.ts'
import { describeError, UsageError } from '../errors.ts'
import { loadCallPrices } from '../models/call-prices.ts'
import { say } from './run-command.ts'

/** As the calltrail.yaml of this folder says, or the list; asked for where a model was, since both take a while. */
export async function callPrices(): Promise<CallPrices> {
  const { prices } = await loadConfig(undefined, process.cwd()).catch(unlessMistaken)
  return loadCallPrices(prices)
}

/** Who only reads is not kept from it. */
function unlessMistaken(error: unknown) {
  if (!(error instanceof UsageError)) throw error
  say(`prices are those of the list alone: ${describeError(error)}`)
  return { prices: {} }
}
