import { InfrastructureError } from '../errors.ts'

/** By the codes of `askProvider`. */
const endings: Readonly<Record<string, string>> = {
  provider_unreadable: 'unreadable answer',
  provider_cut_off: 'half an answer',
  provider_unavailable: 'provider unavailable',
  provider_refused_key: 'key refused',
  provider_rejected: 'request rejected',
  rate_limited: 'rate limited',
}

const timeLimit = 'time limit'

const known = new Set([...Object.values(endings), timeLimit])

/** How a trial ended that failed around model and tools; null where its message alone says how. */
export function infrastructureEnding(
  error: unknown,
  { isLate }: { readonly isLate: boolean },
): string | null {
  if (isLate) return timeLimit
  return error instanceof InfrastructureError ? (endings[error.code] ?? null) : null
}

/** What the entry `trial` has of it. A trial whose judge could not be asked had come to its own end before. */
export function readInfrastructureEnding(stopped: string | null): string | null {
  return stopped !== null && known.has(stopped) ? stopped : null
}
