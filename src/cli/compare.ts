import { type CellComparison, compareCells, isWorse } from '../evaluate/compare/compare.ts'
import { pairCells, pairWithin } from '../evaluate/compare/pair-cells.ts'
import { type RunCell, runCells } from '../evaluate/compare/run-cells.ts'
import { withoutTruth } from '../evaluate/gate/night.ts'
import { type ComparedRun, type CompareReport, renderComparison } from '../show/compare-report.ts'
import { compareDocument } from '../show/json-document.ts'
import { terminalOf } from '../show/terminal.ts'
import type { NamedRunRow, RunCellRow, RunScoreRow } from '../store/queries.ts'
import { rowsOf } from '../store/rows-of.ts'
import { type Database, withDatabase } from './database.ts'
import { oneRun, readGate } from './one-run.ts'
import { print, printJson } from './print.ts'
import { failedExitCode } from './run-command.ts'

export interface CompareOptions {
  readonly json?: true
  /** What ends with 1: a cell that is worse, or certainly so in a case; or also one, or all, of which nothing can be said. */
  readonly failOn?: 'regressed' | 'insufficient-data'
}

/** Each a run, the beginning of its id, or `latest`; a run with itself compares its exposures with one of them. */
export async function compareRuns(first: string, second: string, options: CompareOptions): Promise<number> {
  const report = await withDatabase((database) => readComparison(database, first, second))
  if (options.json) printJson(compareDocument(report))
  else print(renderComparison(report, terminalOf(process.stdout, process.env)))
  return compareExitCode(report, options)
}

interface Compared extends Pick<CompareReport, 'onlyA' | 'onlyB'> {
  readonly cells: readonly Pick<CellComparison, 'verdict' | 'changed'>[]
}

/** Unless it is asked for, what was found is no failure: to compare is to look. */
export function compareExitCode({ cells, onlyA, onlyB }: Compared, { failOn }: CompareOptions): number {
  if (failOn === undefined) return 0
  const has = (verdict: CellComparison['verdict']) => cells.some((cell) => cell.verdict === verdict)
  const isAlone = cells.length === 0 || onlyA.length > 0 || onlyB.length > 0
  const isUnknown = isAlone || has('nothing to compare') || has('insufficient data')
  return cells.some(isWorse) || (failOn === 'insufficient-data' && isUnknown) ? failedExitCode : 0
}

async function readComparison(database: Database, first: string, second: string): Promise<CompareReport> {
  const [a, b] = await Promise.all([oneRun(database, first), oneRun(database, second)])
  const [ofA, ofB, cellsA, cellsB] = await Promise.all([
    comparedRun(database, a),
    comparedRun(database, b),
    a.run === b.run ? [] : readCells(database, a),
    readCells(database, b),
  ])
  const { pairs, onlyA, onlyB, reference } =
    a.run === b.run ? pairWithin(cellsB, b.exposures) : { ...pairCells(cellsA, cellsB), reference: null }
  const nameOf = ({ model, exposure }: (typeof onlyA)[number]) => ({ model, exposure })
  return {
    a: ofA,
    b: ofB,
    ...{ reference, cells: compareCells(pairs) },
    ...{ onlyA: onlyA.map(nameOf), onlyB: onlyB.map(nameOf) },
  }
}

async function readCells(database: Database, { run, repetitions }: NamedRunRow): Promise<readonly RunCell[]> {
  const [rows, scores] = await Promise.all([
    rowsOf(database.query<RunCellRow>('run_cells', { run, repetitions })),
    rowsOf(database.query<RunScoreRow>('run_cell_scores', { run, repetitions })),
  ])
  return runCells(rows, scores)
}

async function comparedRun(database: Database, { run, started }: NamedRunRow): Promise<ComparedRun> {
  const report = await readGate(database, run)
  const suspects = report?.cells.flatMap((cell) => cell.suspects) ?? []
  const confirmed = suspects.flatMap((suspect) => (suspect.isConfirmed ? [withoutTruth(suspect.case)] : []))
  return { run, started, gate: report && { verdict: report.verdict, cases: [...new Set(confirmed)] } }
}
