import type { EndedRun } from '../evaluate/schedule/schedule-record.ts'
import { failedExitCode, infrastructureExitCode, interruptedExitCode, usageExitCode } from './run-command.ts'

const codes = [interruptedExitCode, usageExitCode, failedExitCode, infrastructureExitCode]

/** The first that applies to any of these runs, as for one evaluation; one that ended otherwise is an infrastructure error. */
export function scheduleExitCode(
  ended: readonly Pick<EndedRun, 'exitCode' | 'verdict' | 'webhooks'>[],
): number {
  const found = new Set(ended.flatMap(codesOf))
  return codes.find((code) => found.has(code)) ?? 0
}

function codesOf({ exitCode, verdict, webhooks }: Pick<EndedRun, 'exitCode' | 'verdict' | 'webhooks'>) {
  // Nobody heard of it who should have.
  const untold = webhooks.some(({ delivered }) => !delivered) ? [infrastructureExitCode] : []
  if (exitCode === 0) return untold
  // Of one that outlived its scheduler the verdict alone is known.
  if (exitCode === null && verdict === 'regressed') return [failedExitCode, ...untold]
  return [exitCode !== null && codes.includes(exitCode) ? exitCode : infrastructureExitCode, ...untold]
}
