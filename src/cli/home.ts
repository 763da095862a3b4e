import { homedir } from 'node:os'
import { join } from 'node:path'
import type { JournalWriter } from '../domain/journal.ts'
import { type Home, openHome, readKey } from '../journal/home.ts'
import { openJournal } from '../journal/journal.ts'
import { createRedactor } from '../policy/redactor.ts'
import { say } from './run-command.ts'

/** `CALLTRAIL_HOME`, else a folder in the XDG state directory. */
export function homePath(env: NodeJS.ProcessEnv = process.env): string {
  if (env.CALLTRAIL_HOME) return env.CALLTRAIL_HOME
  return join(env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'calltrail')
}

/** A log of this process in the home; what cannot be written is told on stderr. */
export function openLog(home: Home = openHome(homePath())): JournalWriter {
  return openJournal({ home, redactor: createRedactor(readKey(home, 'redaction')), onLoss: tellLoss })
}

export function tellLoss({
  reason,
  entries,
  bodies,
}: {
  reason: string
  entries: number
  bodies: number
}): void {
  say(`calltrail could not record ${entries} entries and ${bodies} bodies: ${reason}`)
}
