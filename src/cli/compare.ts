import { compareCells } from '../evaluate/compare/compare.ts'
import { pairCells, pairWithFull, runCells } from '../evaluate/compare/pair-cells.ts'
import { type CompareReport, renderComparison } from '../show/compare-report.ts'
import { compareDocument } from '../show/json-document.ts'
import { terminalOf } from '../show/terminal.ts'
import type { RunCellRow, RunScoreRow } from '../store/queries.ts'
import { rowsOf } from '../store/rows-of.ts'
import { type Database, withDatabase } from './database.ts'
import { print, printJson } from './print.ts'
import { oneRun } from './runs.ts'

/** Each a run, the beginning of its id, or `latest`; a run with itself compares its exposures with `full`. */
export async function compareRuns(first: string, second: string, { json }: { json?: true }): Promise<number> {
  const report = await withDatabase((database) => readComparison(database, first, second))
  if (json) printJson(compareDocument(report))
  else print(renderComparison(report, terminalOf(process.stdout, process.env)))
  return 0
}

async function readComparison(database: Database, first: string, second: string): Promise<CompareReport> {
  const [a, b] = [await oneRun(database, first), await oneRun(database, second)]
  const params = { values: [...new Set([a.run, b.run])] }
  const rows = await rowsOf(database.query<RunCellRow>('run_cases', params))
  const scores = await rowsOf(database.query<RunScoreRow>('run_cell_scores', params))
  const cellsB = runCells(b.run, rows, scores)
  const pairs = a.run === b.run ? pairWithFull(cellsB) : pairCells(runCells(a.run, rows, scores), cellsB)
  return {
    a: { run: a.run, started: a.started },
    b: { run: b.run, started: b.started },
    cells: compareCells(pairs),
  }
}
