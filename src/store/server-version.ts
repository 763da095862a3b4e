import { isJsonObject, readJson } from '../domain/json.ts'
import { InfrastructureError } from '../errors.ts'

/** The first whose text indexes need no setting: https://clickhouse.com/docs/engines/table-engines/mergetree-family/textindexes */
const least = { year: 26, month: 2 }

/** Its rows are asked for as JSON, one a line. */
export const versionQuery = 'SELECT version() AS version'

/**
 * Throws an `InfrastructureError` unless this is the answer to `versionQuery` of a ClickHouse that has all that the tables
 * need.
 */
export function checkVersion(answer: string, place: string): void {
  const version = versionIn(answer)
  if (version === null) throw noClickHouse(answer, place)
  const [year = 0, month = 0] = version.split('.').map(Number)
  if (year > least.year || (year === least.year && month >= least.month)) return
  throw new InfrastructureError(
    'store_older',
    `ClickHouse at ${place} is version ${version}, and calltrail needs ${least.year}.${least.month} or later: update it, or set CLICKHOUSE_URL to another`,
  )
}

function versionIn(answer: string): string | null {
  const row = readJson(answer.split('\n', 1)[0] ?? '')
  const version = isJsonObject(row) ? row.version : undefined
  return typeof version === 'string' && /^\d+\.\d+/.test(version) ? version : null
}

const longestQuote = 60

function noClickHouse(answer: string, place: string): InfrastructureError {
  const said = answer.slice(0, longestQuote).replace(/\s+/g, ' ').trim()
  const quote = said === '' ? 'nothing' : `"${said}${answer.length > longestQuote ? '…' : ''}"`
  return new InfrastructureError(
    'store',
    `what answers at ${place} is no ClickHouse: asked for its version, it said ${quote}; is CLICKHOUSE_URL right?`,
  )
}
