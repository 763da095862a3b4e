import { setTimeout as sleep } from 'node:timers/promises'
import { describeError, InfrastructureError } from '../errors.ts'
import { bytesBelow } from '../journal/disk-bound.ts'
import { openHome } from '../journal/home.ts'
import { noteServing, servingOf } from '../journal/serving.ts'
import { createConsoleServer } from '../show/console/console-server.ts'
import { count } from '../show/quantities.ts'
import type { IngestReport } from '../store/ingest.ts'
import { ingestHome, keepCheckpoints, openDatabase, serveToken } from './database.ts'
import { homePath, openLog } from './home.ts'
import { onInterrupt } from './interruption.ts'
import { listen } from './listen.ts'
import { say } from './run-command.ts'

/** How often it is looked whether the journal has grown, and how long its growth alone decides. */
const lookMs = 1_000
const untoldMs = 15_000
/** Between attempts while the database does not answer: doubled up to this. */
const longestWaitMs = 30_000

type Ingest = () => Promise<IngestReport>

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
  const ingest = oneAtATime(async () => {
    const report = await ingestHome(home, database, links)
    await keepCheckpoints(home, database)
    return report
  })
  const { token, path } = serveToken(home)
  const server = createConsoleServer({ database, ingest, token })
  try {
    const url = await listen(server, port, '127.0.0.1')
    const forget = noteServing(home, url)
    try {
      say(
        `serving ${home.path} on ${url}; other commands of this home go through it\nthe token is in ${path}`,
      )
      await ingestUntil(signal, ingest, () => bytesBelow(home.journal))
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

/** Whenever the journal has grown; and now and then, since a recorder that was killed leaves no trace in it. */
async function ingestUntil(signal: AbortSignal, ingest: Ingest, journalBytes: () => number): Promise<void> {
  let known = -1
  let lastMs = Number.NEGATIVE_INFINITY
  let waitMs = lookMs
  let outage: string | null = null
  while (!signal.aborted) {
    const bytes = journalBytes()
    if (bytes !== known || performance.now() - lastMs > untoldMs)
      try {
        tell(await ingest())
        if (outage !== null) say('the database answers again')
        ;[known, lastMs, waitMs, outage] = [bytes, performance.now(), lookMs, null]
      } catch (error) {
        const reason = describeError(error)
        if (reason !== outage)
          say(`${reason}; what is recorded stays in the journal, and is ingested once it answers`)
        outage = reason
        waitMs = Math.min(waitMs * 2, longestWaitMs)
      }
    await sleep(waitMs, undefined, { signal }).catch(() => undefined)
  }
}

function tell({ entries, spans, links }: IngestReport): void {
  if (entries === 0) return
  say(
    `ingested ${count(entries, 'entry', 'entries')}: ${count(spans, 'span', 'spans')}, ${count(links, 'link', 'links')}`,
  )
}
