import type { AnswerOptions } from './pass-answer.ts'

/** Tells the person who runs the gateway of what cannot be reached: once when it begins, once when it ends. */
export interface Outages {
  /** `what` stands at the beginning of a sentence. */
  failed(what: string, reason: string): void
  worked(what: string): void
}

/** What comes and goes is told no more often. */
const quietMs = 60_000

export function outages(tell: (message: string) => void): Outages {
  const down = new Set<string>()
  const toldMs = new Map<string, number>()
  return {
    failed(what, reason) {
      if (down.has(what)) return
      const now = performance.now()
      if (now - (toldMs.get(what) ?? -quietMs) < quietMs) return
      down.add(what)
      toldMs.set(what, now)
      tell(
        `${what} cannot be reached: ${reason}; callers are told, and this is not said again until it answers`,
      )
    },
    worked(what) {
      if (down.delete(what)) tell(`${what} answers again`)
    },
  }
}

/** What a request that is forwarded tells of where it goes, beside what it tells its client. */
export function reaching(
  what: string,
  { failed, worked }: Outages,
  tellClient: AnswerOptions['unreachable'],
): Pick<AnswerOptions, 'unreachable' | 'onReached'> {
  return {
    onReached: () => worked(what),
    unreachable(outgoing, error) {
      failed(what, error.message)
      tellClient(outgoing, error)
    },
  }
}
