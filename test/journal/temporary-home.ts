import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Home, openHome, readKey } from '../../src/journal/home.ts'
import { type JournalOptions, openJournal } from '../../src/journal/journal.ts'
import { createRedactor } from '../../src/policy/redactor.ts'

/** A home that is gone when the test is over. */
export function temporaryHome(): Home {
  const path = mkdtempSync(join(tmpdir(), 'calltrail-home-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return openHome(path)
}

export function openTestJournal(home: Home, options: Partial<JournalOptions> = {}) {
  const redactor = createRedactor(readKey(home, 'redaction'))
  const journal = openJournal({ home, redactor, ...options })
  onTestFinished(() => journal.close())
  return journal
}

/** All that is stored under a folder, by path. */
export function filesUnder(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return new Map(files.sort().map((file) => [file, readFileSync(file, 'latin1')]))
}
