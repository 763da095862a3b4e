import { hash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifyHome } from '../src/journal/audit/verify-home.ts'
import { type Home, openHome, readKey } from '../src/journal/home.ts'
import { openJournal } from '../src/journal/journal.ts'
import { createRedactor } from '../src/policy/redactor.ts'
import { verifyProjection } from '../src/store/audit/verify-projection.ts'
import { openStore } from '../src/store/stores.ts'
import { verifyRows } from '../src/store/verify-rows.ts'
import { ingestHome, recordTrial } from '../test/store/recorded-home.ts'

// What `audit verify` reads in a second, of a journal as trials write it, and of entries without bodies; beside it, in the
// same run, one SHA-256 over the same bytes; and what the rows of the database take.

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

async function measure(
  name: string,
  write: (journal: ReturnType<typeof openJournal>) => void,
): Promise<void> {
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
  if (name === 'trials') console.log(' '.repeat(16), await ofDatabase(home))
  rmSync(home.path, { recursive: true })
}

/** What the part that compares the database takes. */
async function ofDatabase(home: Home): Promise<string> {
  const store = await openStore({ home: home.path })
  await ingestHome(home.path, store)
  const logs = verifyHome(home).logs.map(({ log }) => log)
  const begun = performance.now()
  const lines = await verifyRows(home, store, { logs, claims: new Map() })
  const linesMs = performance.now() - begun
  const { rows, findings, durationMs } = await verifyProjection(home, store)
  if (lines.findings.length + findings.length > 0) throw new Error(JSON.stringify([lines, findings]))
  await store.close()
  const total = [...rows.values()].reduce((sum, each) => sum + each, 0)
  const perSecond = (count: number, ms: number) => Math.round(count / (ms / 1000))
  return [
    `database: ${perSecond(lines.entries + lines.bodies, linesMs)} rows of entries and bodies/s`,
    `${total} rows of other tables, ${perSecond(total, durationMs)}/s`,
    `${perSecond(rows.get('spans') ?? 0, durationMs)} spans/s with all that belongs to them`,
    `at most ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
  ].join(' · ')
}

await measure('trials', (journal) => {
  for (let trial = 0; trial < 4_000; trial++) recordTrial(journal, `t${trial}`, { turns: 3 }).close()
})
await measure('without bodies', (journal) => {
  const session = '01920000-0000-7000-8000-000000000003'
  for (let index = 0; index < 100_000; index++)
    journal.append('body_erased', session, { digest: 'x'.repeat(64), reason: 'a reason '.repeat(30) })
})
