import { UsageError } from '../errors.ts'
import { storedTrials } from '../evaluate/stored-trials.ts'
import { renderEvalReport } from '../show/eval-report.ts'
import { evalDocument, runsDocument } from '../show/json-document.ts'
import { renderRuns } from '../show/runs-list.ts'
import { terminalOf } from '../show/terminal.ts'
import type { RunRow, ScoreRow, TrialRow } from '../store/queries.ts'
import { type Database, rowsOf, withDatabase } from './database.ts'
import { print, printJson } from './print.ts'
import { reportOfStored } from './run-report.ts'

export async function showRuns(
  prefix: string | undefined,
  { limit, json }: { limit: number; json?: true },
): Promise<number> {
  const terminal = terminalOf(process.stdout, process.env)
  if (prefix === undefined) {
    const rows = await withDatabase((database) => rowsOf(database.query<RunRow>('runs', { limit })))
    if (json) printJson(runsDocument(rows))
    else print(renderRuns(rows, terminal))
    return 0
  }
  const report = await withDatabase((database) => readReport(database, prefix))
  if (json) printJson(evalDocument(report))
  else print(renderEvalReport(report, terminal))
  return 0
}

async function readReport(database: Database, prefix: string) {
  const { run, ...row } = await oneRun(database, prefix)
  const trials = await rowsOf(database.query<TrialRow>('run_trials', { run }))
  const scores = await rowsOf(database.query<ScoreRow>('run_scores', { run }))
  return reportOfStored({ run, ...row }, storedTrials(trials, scores))
}

/** Throws a `UsageError` unless the prefix is that of one run. */
export async function oneRun(database: Database, prefix: string): Promise<RunRow> {
  const rows = await rowsOf(database.query<RunRow>('runs', { run: prefix, limit: 6 }))
  const [row] = rows
  if (row && rows.length === 1) return row
  if (!row)
    throw new UsageError([{ message: `no run ${prefix} in this home`, hint: 'calltrail runs lists them' }])
  const hint = rows.map(({ run, started }) => `${run}  ${started ?? ''}`).join('\n')
  throw new UsageError([{ message: `${prefix} is the beginning of several runs:`, hint }])
}
