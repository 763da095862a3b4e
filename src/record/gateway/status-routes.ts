import type { JournalWriter } from '../../domain/journal.ts'
import { answer } from './answer.ts'
import type { Routes } from './routes.ts'

/** `/healthz`: that the gateway lives, and what could not be recorded. */
export function statusRoutes({ journal }: { readonly journal: JournalWriter }): Routes {
  return {
    paths: ['/healthz'],
    find(_, url) {
      if (url !== '/healthz') return null
      return (outgoing) => answer(outgoing, 200, { status: 'ok', losses: journal.losses })
    },
    async close() {},
  }
}
