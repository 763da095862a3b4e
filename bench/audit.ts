import { hash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifyHome } from '../src/journal/audit/verify-home.ts'
import { openHome, readKey } from '../src/journal/home.ts'
import { openJournal } from '../src/journal/journal.ts'
import { createRedactor } from '../src/policy/redactor.ts'
import { recordTrial } from '../test/store/recorded-home.ts'

// What `audit verify` reads in a second, of a journal as trials write it, and of entries without bodies; beside it, in the
// same run, one SHA-256 over the same bytes.

const rounds = 7
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

function timed(act: () => void): number {
  const begun = performance.now()
  act()
  return performance.now() - begun
}

function bytesIn(folder: string): Buffer {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name.endsWith('.jsonl'),
  )
  return Buffer.concat(files.map((entry) => readFileSync(join(entry.parentPath, entry.name))))
}

function measure(name: string, write: (journal: ReturnType<typeof openJournal>) => void): void {
  const home = openHome(mkdtempSync(join(tmpdir(), 'calltrail-bench-')))
  const journal = openJournal({ home, redactor: createRedactor(readKey(home, 'redaction')) })
  write(journal)
  journal.close()
  const bytes = bytesIn(home.journal)
  const { logs, findings } = verifyHome(home)
  if (findings.length > 0) throw new Error(JSON.stringify(findings))
  const [log] = logs
  const entries = log?.entries ?? 0
  const verifyMs: number[] = []
  const plainMs: number[] = []
  for (let round = 0; round < rounds; round++) {
    verifyMs.push(timed(() => verifyHome(home)))
    plainMs.push(timed(() => hash('sha256', bytes)))
  }
  const [ms, plain] = [median(verifyMs), median(plainMs)]
  const figures = [
    `${entries} entries, ${log?.bodies} bodies, ${(bytes.length / 1e6).toFixed(1)} MB`,
    `${Math.round(entries / (ms / 1000))} entries/s`,
    `${Math.round((entries + (log?.bodies ?? 0)) / (ms / 1000))} entries and bodies/s`,
    `${(ms / plain).toFixed(1)} × one SHA-256 of the same bytes`,
  ]
  console.log(name.padEnd(16), figures.join(' · '))
  rmSync(home.path, { recursive: true })
}

measure('trials', (journal) => {
  for (let trial = 0; trial < 4_000; trial++) recordTrial(journal, `t${trial}`, { turns: 3 }).close()
})
measure('without bodies', (journal) => {
  const session = '01920000-0000-7000-8000-000000000003'
  for (let index = 0; index < 100_000; index++)
    journal.append('body_erased', session, { digest: 'x'.repeat(64), reason: 'a reason '.repeat(30) })
})
