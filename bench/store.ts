import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { drainPending } from 'chdb'
import { migrate } from '../src/store/migrate.ts'
import type { Cost } from './store/cost.ts'
import { openDatabase, rowsOf, settle } from './store/database.ts'
import { generate } from './store/generate.ts'
import { ingestCosts } from './store/ingest-costs.ts'
import { readCosts } from './store/reads.ts'

// How fast the store answers at 1M and at 10M spans, and what ingest costs beside a raw insert. Ratios are of CPU time, which
// a busy machine spoils less than wall time; both are printed. `--spans 100000,1000000` takes other sizes, `--folder F`
// keeps what was generated for the next run.

const { values } = parseArgs({
  options: {
    spans: { type: 'string', default: '1000000,10000000' },
    rounds: { type: 'string', default: '21' },
    folder: { type: 'string' },
  },
})
const sizes = values.spans.split(',').map(Number)
const folder = values.folder ?? (await mkdtemp(join(tmpdir(), 'calltrail-bench-')))
const figures: Record<string, unknown> = {}
const missed: string[] = []

function tell(name: string, ratio: number, limit: number, most: boolean): void {
  const isMet = most ? ratio <= limit : ratio >= limit
  if (!isMet) missed.push(name)
  show(name, ratio, isMet ? 'ok' : 'MISSED', ` (${most ? 'at most' : 'at least'} ${limit})`)
}

function show(name: string, ratio: number, verdict = '', limit = ''): void {
  figures[name] = Number(ratio.toPrecision(3))
  console.log(`${verdict.padEnd(6)} ${name}: ${ratio.toPrecision(3)}${limit}`)
}

const fetches: number[] = []
for (const size of sizes) {
  const database = await openDatabase(folder, `spans_${size}`)
  await migrate(database, 'local')
  const [there] = await rowsOf<{ spans: number }>(
    database.select('SELECT toFloat64(count()) AS spans FROM spans', {}),
  )
  if (there?.spans === 0) await generate(database, size)
  await settle(database)
  const sql = `SELECT table, toFloat64(sum(rows)) AS rows, toFloat64(sum(bytes_on_disk)) AS bytes, toFloat64(count()) AS parts
    FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table ORDER BY bytes DESC`
  const tables = await rowsOf<{ table: string; rows: number; bytes: number; parts: number }>(
    database.select(sql, {}),
  )
  const perSpan = tables.map(
    ({ table, bytes, parts }) => `${table} ${(bytes / size).toFixed(0)} (${parts} parts)`,
  )
  console.log(`\n${size.toLocaleString('en')} spans; bytes on disk per span: ${perSpan.join(', ')}`)
  figures[`bytes per span at ${size}`] = Math.round(tables.reduce((sum, { bytes }) => sum + bytes, 0) / size)
  const { quick, scans } = await readCosts(database, Number(values.rounds))
  for (const [name, cost] of Object.entries({ ...quick, ...prefixed(scans) })) tellCost(name, size, cost)
  tellRatios(size, quick, scans)
  fetches.push(quick.fetch.cpuMs)
  await database.execute('SYSTEM START MERGES')
  await database.close()
}
const [first = 0, last = 0] = [fetches[0], fetches.at(-1)]
if (sizes.length > 1) tell(`fetch, ${sizes.at(-1)} spans to ${sizes[0]}`, last / first, 1.5, true)

// What was ingested by an earlier run is not ingested again, and would be counted.
const once = await mkdtemp(join(folder, 'ingest-'))
const { ingest, first: cold, raw, file, rows } = await ingestCosts(once, Number(values.rounds))
console.log(
  `\n${rows} rows; per CPU-second ingest ${perSecond(rows, ingest)} (the first of a process ${perSecond(rows, cold)}), raw insert ${perSecond(rows, raw)}, from a file ${perSecond(rows, file)}`,
)
tell('ingest to raw insert, rows per CPU-second', raw.cpuMs / ingest.cpuMs, 0.6, false)

await drainPending()
await rm(once, { recursive: true, force: true })
if (values.folder === undefined) await rm(folder, { recursive: true, force: true })
console.log(JSON.stringify({ figures, missed }))
process.exit(missed.length > 0 ? 1 : 0)

function tellCost(name: string, size: number, { cpuMs, wallMs }: Cost): void {
  console.log(
    `  ${name.padEnd(14)} ${cpuMs.toFixed(1).padStart(9)} ms CPU ${wallMs.toFixed(1).padStart(9)} ms`,
  )
  figures[`${name} at ${size}, ms`] = { cpu: Number(cpuMs.toFixed(1)), wall: Number(wallMs.toFixed(1)) }
}

function tellRatios(
  size: number,
  quick: Awaited<ReturnType<typeof readCosts>>['quick'],
  scans: Awaited<ReturnType<typeof readCosts>>['scans'],
): void {
  // Asked of the largest: a scan of a few spans takes no longer than to look them up.
  const ratio = (name: string, value: number, limit: number) =>
    size === sizes.at(-1) ? tell(name, value, limit, true) : show(name, value)
  ratio(`fetch to primary key at ${size}`, quick.fetch.cpuMs / quick['primary key'].cpuMs, 1.5)
  for (const name of ['list', 'text', 'p95'] as const) {
    ratio(`${name} to fetch at ${size}`, quick[name].cpuMs / quick.fetch.cpuMs, 2)
    ratio(`${name} to scan at ${size}`, quick[name].cpuMs / scans[name].cpuMs, 0.1)
  }
}

function prefixed(costs: Readonly<Record<string, Cost>>): Readonly<Record<string, Cost>> {
  return Object.fromEntries(Object.entries(costs).map(([name, cost]) => [`scan: ${name}`, cost]))
}

function perSecond(rows: number, { cpuMs }: Cost): string {
  return Math.round((rows / cpuMs) * 1_000).toLocaleString('en')
}
