import type { GateReport } from '../domain/gate.ts'
import type { Stop } from '../evaluate/run-budget.ts'
import type { Summary } from '../evaluate/summary.ts'
import type { RunState } from '../store/queries.ts'
import { budgetThatHolds } from './refusal-lines.ts'
import type { Rescored } from './rescored-lines.ts'

/** How a run is played on. */
export interface Again {
  /** Arguments that play what is left of it. */
  readonly resume: string
  /** Arguments that play the same anew; null where these are not known. */
  readonly anew: string | null
  /** Arguments that play the shard after this one; unset where it was no shard. */
  readonly besides?: string
  /** It has just been stopped, though all that was planned may be done: suspects of the gate may be left. */
  readonly isStopped: boolean
}

interface EndedRun {
  readonly command: string
  readonly run: string
  readonly state: RunState
  readonly again: Again
  readonly refusal: Stop | null
  readonly rescored: Rescored | null
  readonly infrastructureErrors: number
  readonly gate: GateReport | null
  readonly exampleChain: string | null
  readonly summary: Summary
  readonly isStored: boolean
}

type Step = readonly [line: string, why: string]

/** What can be typed after a run, and what for: first what it still wants. */
export function nextSteps(report: EndedRun): readonly string[] {
  const { command, run, exampleChain, summary, isStored } = report
  const hasViolations = summary.cells.some(({ violationsPer100 }) => (violationsPer100 ?? 0) > 0)
  const steps: readonly Step[] = [
    ...goingOn(report),
    ...joining(report),
    ...mending(report),
    ...comparing(report),
    ...(isStored ? [] : [[`${command} runs ${run}`, 'this report again, from the database'] as const]),
    ...(exampleChain
      ? [[`${command} chain ${exampleChain.slice(0, 16)}`, 'one of its trials, step by step'] as const]
      : []),
    ...(hasViolations
      ? [[`${command} chains --run ${run} --denied`, 'what policy would have denied'] as const]
      : []),
  ]
  if (steps.length === 0) return []
  return ['next', ...steps.flatMap(([line, why]) => [`  ${line}`, `      ${why}`])]
}

/** A run that did not come to its end, and that nobody plays. */
function goingOn({ command, state, again, refusal, rescored }: EndedRun): readonly Step[] {
  const isOver = state === 'completed' && !again.isStopped
  if (isOver || state === 'running' || rescored) return []
  if (state !== 'budget stop')
    return [[`${command} ${again.resume}`, 'plays what is left of it, and nothing twice']]
  const budget = refusal ? budgetThatHolds(refusal) : []
  const line = [command, again.resume, ...budget].join(' ')
  return [[line, 'plays more of it: what it has spent is counted, so give it more']]
}

function joining({ command, again }: EndedRun): readonly Step[] {
  return again.besides
    ? [[`${command} ${again.besides}`, 'the next shard: all that have one id are one run']]
    : []
}

function mending({ command, infrastructureErrors, again }: EndedRun): readonly Step[] {
  if (infrastructureErrors === 0 || again.anew === null) return []
  const why = 'a new run, once what failed is mended: --resume does not play such trials again'
  return [[`${command} ${again.anew}`, why]]
}

function comparing({ command, run, gate }: EndedRun): readonly Step[] {
  if (gate?.verdict !== 'regressed' || gate.newest === null) return []
  return [[`${command} compare ${gate.newest} ${run}`, 'what changed since the run before it, case by case']]
}
