import type { JournalWriter } from '../../domain/journal.ts'
import { answer } from './answer.ts'
import type { Routes } from './routes.ts'

/** `/healthz`: that the gateway lives, and what could not be recorded; 503 while it refuses calls for that. */
export function statusRoutes({ journal }: { readonly journal: JournalWriter }): Routes {
  return {
    paths: ['/healthz'],
    find(_, url) {
      if (url !== '/healthz') return null
      return (outgoing) => {
        const { losses, refusal } = journal
        if (refusal === null) answer(outgoing, 200, { status: 'ok', losses })
        else answer(outgoing, 503, { status: 'refusing', reason: refusal, losses })
      }
    },
    async close() {},
  }
}
