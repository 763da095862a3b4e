import { join } from 'node:path'
import type { Entry } from '../../domain/entry.ts'
import { logsOf } from '../../journal/audit/seal-logs.ts'
import { segmentName, seriesFiles, storedLines } from '../../journal/audit/stored-lines.ts'
import type { Home } from '../../journal/home.ts'

/** The envelope has no text of others in it, and stands before it. */
const sessionMember = /,"session":"([^"]*)","data":/

/** What the journal has of some sessions, read from its files: of all logs, in their order. */
export function journalSessions(
  home: Home,
  sessions: ReadonlySet<string>,
): ReadonlyMap<string, readonly Entry[]> {
  const found = new Map<string, Entry[]>()
  for (const log of logsOf(home))
    for (const { path } of seriesFiles(join(home.journal, log), segmentName))
      for (const { prefixed, isWhole } of storedLines(path)) {
        const session = sessionMember.exec(prefixed.toString('latin1', 1, 300))?.[1]
        if (!isWhole || session === undefined || !sessions.has(session)) continue
        const own = found.get(session)
        const entry = parsed(prefixed)
        if (entry === null) continue
        if (own) own.push(entry)
        else found.set(session, [entry])
      }
  return found
}

/** Null for a line that was changed into something else: verifying its log tells. */
function parsed(prefixed: Buffer): Entry | null {
  try {
    return JSON.parse(prefixed.toString('utf8', 1))
  } catch {
    return null
  }
}
