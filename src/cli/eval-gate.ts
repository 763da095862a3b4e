import type { GateReport } from '../domain/gate.ts'
import { UsageError } from '../errors.ts'
import { type History, historyOf, type Regressions } from '../evaluate/gate/evidence.ts'
import { judgeRun } from '../evaluate/gate/gate.ts'
import { fewestNights } from '../evaluate/gate/night.ts'
import { suspectsToPlay } from '../evaluate/gate/play-again.ts'
import type { GradedTrial } from '../evaluate/graded-trial.ts'
import type { Plan, PlannedTrial } from '../evaluate/plan.ts'
import type { RecordedRun } from '../evaluate/recorded-trials.ts'
import { count } from '../show/quantities.ts'
import type { GateNightRow, GateRow, RunProjectRow } from '../store/queries.ts'
import { rowsOf } from '../store/rows-of.ts'
import { selectIn } from '../store/select-in.ts'
import { type Database, withDatabase } from './database.ts'
import { oneRun } from './one-run.ts'
import { say } from './run-command.ts'

export interface GateOptions {
  /** A run, or the beginning of its id, or `latest`. */
  readonly baseline?: string
  readonly gate?: true
  readonly strictGate?: true
}

/** Of a run that has a baseline. */
export interface Gate {
  /** `latest`, or a run. */
  readonly baseline: string
  readonly playMore: (trials: readonly GradedTrial[]) => readonly PlannedTrial[]
  readonly judge: (trials: readonly GradedTrial[]) => GateReport
}

export function isGated({ baseline, gate, strictGate }: GateOptions): boolean {
  return baseline !== undefined || gate === true || strictGate === true
}

/**
 * What a run that is taken up is compared as: where the command line does not say, as it was begun, so that its exit code
 * means what it would have meant.
 */
export function asBegun(
  { baseline, gate, strictGate }: GateOptions,
  compared: RecordedRun['compared'],
): GateOptions {
  const { failOn } = compared ?? {}
  const isSaid = gate === true || strictGate === true
  const known = baseline ?? compared?.baseline
  return {
    ...(known !== undefined && { baseline: known }),
    ...((isSaid ? gate : failOn === 'regressed') && { gate: true }),
    ...((isSaid ? strictGate : failOn === 'insufficient data') && { strictGate: true }),
  }
}

export function comparedAs(
  { baseline }: Gate,
  { gate, strictGate }: GateOptions,
): NonNullable<RecordedRun['compared']> {
  return { baseline, failOn: strictGate ? 'insufficient data' : gate ? 'regressed' : 'nothing' }
}

/** In the words of the command line. */
export function describeGate({ baseline, gate, strictGate }: GateOptions): string {
  return [
    ...(baseline ? [`--baseline ${baseline}`] : []),
    ...(strictGate ? ['--strict-gate'] : gate ? ['--gate'] : []),
  ].join(' ')
}

interface Gated {
  readonly plan: Plan
  /** Only its runs are compared: suites of others may have the same names. */
  readonly project: string
  /** The run that is taken up again. */
  readonly resumed: string | null
}

/** Reads what the plan is to be compared with, before anything is played: a baseline that is not there costs nothing. */
export async function openGate(
  { plan, project, resumed }: Gated,
  options: GateOptions,
): Promise<Gate | null> {
  if (!isGated(options)) return null
  const { baseline: asked = 'latest' } = options
  const suites = plan.suites.map(({ name }) => name)
  const { baseline, history } = await withDatabase(async (database): Promise<Compared> => {
    // A run that is taken up again is compared with those before it, whatever was played since.
    const baseline = asked === 'latest' ? asked : (await oneRun(database, asked)).run
    if (baseline !== 'latest') await ensureSameProject(database, { run: baseline, project, suites })
    const until = baseline === 'latest' ? (resumed ?? '') : baseline
    const params = {
      ...{ until, project, suites },
      besides: resumed ?? '',
      models: plan.models.map(({ name }) => name),
      exposures: plan.exposures,
    }
    const rows = await rowsOf(database.query<GateNightRow>('gate_nights', params))
    if (new Set(rows.map(({ run }) => run)).size < fewestNights) await tellOfOthers(database, project, suites)
    return { baseline, history: historyOf(rows, await regressionsAmong(database, rows)) }
  })
  return {
    baseline,
    playMore: (trials) => suspectsToPlay(plan, trials, history),
    judge: (trials) => judgeRun(plan, trials, history),
  }
}

async function regressionsAmong(database: Database, nights: readonly GateNightRow[]): Promise<Regressions> {
  const runs = nights.map(({ run }) => run)
  const rows = await rowsOf(selectIn<Pick<GateRow, 'run' | 'cells'>>(database, 'gate_regressions', runs))
  return new Map(rows.map(({ run, cells }) => [run, JSON.parse(cells)]))
}

interface Compared extends Pick<Gate, 'baseline'> {
  readonly history: History
}

/** A run that does not say, as those of older versions do not, is taken at its suites' names. */
async function ensureSameProject(
  database: Database,
  {
    run,
    project,
    suites,
  }: { readonly run: string; readonly project: string; readonly suites: readonly string[] },
): Promise<void> {
  const [row] = await rowsOf(database.query<RunProjectRow>('run_projects', { suites, run }))
  if (!row || row.project === '' || row.project === project) return
  throw new UsageError([
    {
      message: `--baseline ${run} is a run of ${row.project}, and this is ${project}`,
      hint: oneProject,
    },
  ])
}

const oneProject = 'what is one project has one `project:` in calltrail.yaml, or one git remote'

/** A checkout without a remote, at another place than the last: nobody should wonder where its history is. */
async function tellOfOthers(database: Database, project: string, suites: readonly string[]): Promise<void> {
  const rows = await rowsOf(database.query<RunProjectRow>('run_projects', { suites }))
  const others = rows.filter((row) => row.project !== '' && row.project !== project)
  if (others.length === 0) return
  const listed = others.map((row) => `${count(row.runs, 'run')} of ${row.project}`).join(', ')
  say(`not compared with other projects' suites of these names: ${listed}; this is ${project}: ${oneProject}`)
}
