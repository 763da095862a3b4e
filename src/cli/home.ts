import { randomBytes } from 'node:crypto'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Config, JournalSettings } from '../config/calltrail-config.ts'
import type { JournalWriter } from '../domain/journal.ts'
import { describeError } from '../errors.ts'
import { type Home, homeAt, openHome, readKey } from '../journal/home.ts'
import { type JournalOptions, openJournal } from '../journal/journal.ts'
import { createRedactor } from '../policy/redactor.ts'
import { count } from '../show/quantities.ts'
import { say } from './run-command.ts'

/** `CALLTRAIL_HOME`, else a folder in the XDG state directory. */
export function homePath(env: NodeJS.ProcessEnv = process.env): string {
  if (env.CALLTRAIL_HOME) return env.CALLTRAIL_HOME
  return join(env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'calltrail')
}

export type LogConfig = Pick<Config, 'journal' | 'redaction'>

/** A log of this process in the home; what cannot be written is told on stderr. */
export function openLog(home: Home = openHome(homePath()), config?: LogConfig): JournalWriter {
  const redactor = createRedactor(readKey(home, 'redaction'), config?.redaction)
  return openJournal({ home, redactor, onLoss: tellLoss, ...journalOptions(config?.journal) })
}

/**
 * The same of a home that cannot be used: it may come back, and nobody's calls wait for that. Without its key nothing joins,
 * and nothing leaks. Throws what `isMistake` finds.
 */
export function openLogAnyway(
  path: string,
  config?: LogConfig,
  isMistake = (_: unknown) => false,
): JournalWriter {
  try {
    return openLog(openHome(path), config)
  } catch (error) {
    if (isMistake(error)) throw error
    say(`calltrail cannot record yet: ${describeError(error)}`)
    const redactor = createRedactor(randomBytes(32), config?.redaction)
    return openJournal({ home: homeAt(path), redactor, onLoss: tellLoss, ...journalOptions(config?.journal) })
  }
}

export function journalOptions(settings?: JournalSettings): Partial<JournalOptions> {
  if (!settings) return {}
  const { maxMegabytes, ...options } = settings
  return { ...options, ...(maxMegabytes !== undefined && { maxBytes: maxMegabytes * 1_000_000 }) }
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
  const lost = [count(entries, 'entry', 'entries'), count(bodies, 'body', 'bodies')].join(' and ')
  say(`calltrail could not record ${lost}: ${reason}`)
}
