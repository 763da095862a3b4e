import type { EntryData } from '../domain/entry.ts'
import type { GateReport } from '../domain/gate.ts'
import { UsageError } from '../errors.ts'
import { storedTrials } from '../evaluate/stored-trials.ts'
import { homeAt } from '../journal/home.ts'
import { readJournal } from '../journal/reader.ts'
import { renderEvalReport } from '../show/eval-report.ts'
import { evalDocument, runsDocument } from '../show/json-document.ts'
import type { Rescored } from '../show/rescored-lines.ts'
import { renderRuns } from '../show/runs-list.ts'
import { terminalOf } from '../show/terminal.ts'
import type { GateRow, RunRow, ScoreRow, TrialRow } from '../store/queries.ts'
import { rowsOf } from '../store/rows-of.ts'
import { commandPrefix } from './command-prefix.ts'
import { type Database, withDatabase } from './database.ts'
import { homePath } from './home.ts'
import { print, printJson } from './print.ts'
import { noRun, severalRuns } from './recorded-run.ts'
import { runIdOf } from './run-id.ts'
import { withNames } from './run-names.ts'
import { exampleChain, reportOfStored } from './run-report.ts'
import { statesNow } from './run-states.ts'

export async function showRuns(
  prefix: string | undefined,
  { limit, json }: { limit: number; json?: true },
): Promise<number> {
  const terminal = terminalOf(process.stdout, process.env)
  if (prefix === undefined) {
    const query = { limit: limit + 1 }
    const rows = await withDatabase(async (database) => {
      const found = await rowsOf(database.query<RunRow>('runs', query))
      const rows = await statesNow(database, readJournal(homeAt(homePath())), found)
      return withNames(database, rows)
    })
    const list = { rows: rows.slice(0, limit), isWhole: rows.length <= limit }
    if (json) printJson(runsDocument(list))
    else print(renderRuns({ ...list, command: commandPrefix(), home: homePath() }, terminal))
    return 0
  }
  const report = await withDatabase((database) => readReport(database, prefix))
  if (json) printJson(evalDocument(report))
  else print(renderEvalReport(report, terminal))
  return 0
}

async function readReport(database: Database, prefix: string) {
  const found = await oneRun(database, prefix)
  const [{ run, ...row } = found] = await statesNow(database, readJournal(homeAt(homePath())), [found])
  const trials = await rowsOf(database.query<TrialRow>('run_trials', { run }))
  const scores = await rowsOf(database.query<ScoreRow>('run_scores', { run }))
  // What the gate played beyond the plan was chosen by how it had gone.
  const planned = trials.filter(({ repetition }) => repetition <= row.repetitions)
  const graded = storedTrials(planned, scores)
  return reportOfStored({ run, ...row }, graded, {
    exampleChain: await exampleChain(database, graded),
    replayed: trials.length - planned.length,
    gate: await readGate(database, run),
    rescored: await readRescored(database, found),
  })
}

/** The last verdict that is stored of a run; null where there is none. */
export async function readGate(database: Database, run: string): Promise<GateReport | null> {
  const [row] = await rowsOf(database.query<GateRow>('run_gate', { run }))
  if (!row) return null
  const { verdict, newest, cells, calibration } = row
  return { verdict, newest, cells: JSON.parse(cells), calibration: JSON.parse(calibration) }
}

async function readRescored(
  database: Database,
  { rescores, graders, suites }: RunRow,
): Promise<Rescored | null> {
  if (rescores === null) return null
  const [earlier] = await rowsOf(database.query<RunRow>('runs', { run: rescores, limit: 1 }))
  const truths: RunSuites = earlier ? JSON.parse(earlier.suites) : []
  const now: RunSuites = JSON.parse(suites)
  return {
    run: rescores,
    graders: { before: earlier?.graders || null, now: graders || null },
    truths: now.map(({ name, hash }) => {
      const same = truths.find((suite) => suite.name === name)
      return { suite: name, before: same?.hash ?? null, now: hash }
    }),
  }
}

type RunSuites = EntryData['run_started']['suites']

/**
 * A run of the database, by the beginning of its id, by what `--run-id` gave, or the one that began `latest`. Throws a
 * `UsageError` unless that is one run.
 */
export async function oneRun(database: Database, name: string): Promise<RunRow> {
  const id = runIdOf(name)
  const meant = name === 'latest' ? { limit: 1 } : { run: name, named: id, limit: 6 }
  const rows = await rowsOf(database.query<RunRow>('runs', meant))
  const row = rows.find(({ run }) => run === id) ?? rows[0]
  if (row?.run === id) return row
  if (row && rows.length === 1) return row
  const lines = rows.map(({ run, started }) => `${run}  ${started ?? ''}`)
  throw new UsageError([row ? severalRuns(name, lines) : noRun(name)])
}
