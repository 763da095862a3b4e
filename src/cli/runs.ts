import type { EntryData } from '../domain/entry.ts'
import { UsageError } from '../errors.ts'
import { storedTrials } from '../evaluate/stored-trials.ts'
import { homeAt } from '../journal/home.ts'
import { readJournal } from '../journal/reader.ts'
import { renderEvalReport } from '../show/eval-report.ts'
import { evalDocument, runsDocument } from '../show/json-document.ts'
import type { Rescored } from '../show/rescored-lines.ts'
import { renderRuns } from '../show/runs-list.ts'
import { terminalOf } from '../show/terminal.ts'
import type { RunRow, ScoreRow, TrialRow } from '../store/queries.ts'
import { rowsOf } from '../store/rows-of.ts'
import { commandPrefix } from './command-prefix.ts'
import { type Database, withDatabase } from './database.ts'
import { homePath } from './home.ts'
import { oneRun, readGate } from './one-run.ts'
import { print, printJson } from './print.ts'
import { noRun } from './recorded-run.ts'
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
  const { run } = await oneRun(database, prefix)
  const stored = await rowsOf(database.query<RunRow>('runs', { run, limit: 1 }))
  const [row] = await statesNow(database, readJournal(homeAt(homePath())), stored)
  if (!row) throw new UsageError([noRun(prefix)])
  const trials = await rowsOf(database.query<TrialRow>('run_trials', { run }))
  const scores = await rowsOf(database.query<ScoreRow>('run_scores', { run }))
  // What the gate played beyond the plan was chosen by how it had gone.
  const planned = trials.filter(({ repetition }) => repetition <= row.repetitions)
  const graded = storedTrials(planned, scores)
  return reportOfStored(row, graded, {
    exampleChain: await exampleChain(database, graded),
    replayed: trials.length - planned.length,
    gate: await readGate(database, run),
    rescored: await readRescored(database, row),
  })
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
