import { InfrastructureError } from '../errors.ts'
import { bytesBelow } from '../journal/disk-bound.ts'
import { openHome } from '../journal/home.ts'
import { noteServing, servingOf } from '../journal/serving.ts'
import { ConsoleAccess } from '../show/console/console-access.ts'
import { createConsoleServer } from '../show/console/console-server.ts'
import type { QueryApi } from '../show/console/query-api.ts'
import type { IngestReport } from '../store/ingest.ts'
import { callPrices } from './call-prices.ts'
import { ingestHome, keepCheckpoints, openDatabase, serveToken } from './database.ts'
import { homePath, openLog } from './home.ts'
import { type Ingest, ingestUntil } from './ingest-until.ts'
import { onInterrupt } from './interruption.ts'
import { listen } from './listen.ts'
import { say } from './run-command.ts'
import { suitesHere } from './suites-here.ts'

/** Runs until it is told to stop; that is its normal end. */
export async function serve({ port }: { readonly port: number }): Promise<number> {
  const signal = onInterrupt('stopping (again to stop at once)')
  const home = openHome(homePath())
  const other = process.env.CLICKHOUSE_URL ? null : servingOf(home)
  if (other)
    throw new InfrastructureError(
      'serve',
      `process ${other.pid} serves ${home.path} already, at ${other.url}: commands of this home go through it`,
    )
  const database = await openDatabase(home)
  const links = openLog(home)
  const watchers = new Set<(entries: number) => void>()
  const ingest = oneAtATime(async () => {
    const report = await ingestHome(home, database, links, (entries) => {
      for (const tell of watchers) tell(entries)
    })
    await keepCheckpoints(home, database)
    return report
  })
  const { token, path } = serveToken(home)
  const access = new ConsoleAccess(token)
  const state: { lastEnded: string | null; outage: string | null } = { lastEnded: null, outage: null }
  const suites = async () => (await suitesHere(process.cwd())).suites
  const shown = { home, database, suites, prices: callPrices, ingestion: () => state }
  const server = createConsoleServer({ ...shown, ingest: watched(ingest, watchers), access })
  try {
    const url = await listen(server, port, '127.0.0.1')
    const forget = noteServing(home, url)
    try {
      say(
        `serving ${home.path} on ${url}; other commands of this home go through it\nopen ${url}/login?code=${access.code} (good once), or log in with the token in ${path}`,
      )
      await ingestUntil(signal, { ingest, journalBytes: () => bytesBelow(home.journal), state })
    } finally {
      forget()
    }
    return 0
  } finally {
    server.close()
    server.closeAllConnections()
    await ingest().catch(() => undefined)
    links.close()
    await database.close()
  }
}

/** Who asks while it is under way waits for the next one: what he knows of may have come too late for this one. */
function oneAtATime(ingest: Ingest): Ingest {
  let running: Promise<unknown> = Promise.resolve()
  let next: Promise<IngestReport> | null = null
  return () => {
    next ??= running.then(() => {
      const own = ingest()
      next = null
      running = own.catch(() => undefined)
      return own
    })
    return next
  }
}

/** Who waits for his turn sees how far the one before him is. */
function watched(ingest: Ingest, watchers: Set<(entries: number) => void>): QueryApi['ingest'] {
  return async (onProgress) => {
    // Two may watch by the same function.
    const own = (entries: number) => onProgress(entries)
    watchers.add(own)
    return ingest().finally(() => watchers.delete(own))
  }
}
