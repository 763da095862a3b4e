import { describeError, InfrastructureError, UsageError } from '../errors.ts'
import { escapeText } from '../show/escape.ts'

export const failedExitCode = 1
export const usageExitCode = 2
export const infrastructureExitCode = 3
export const interruptedExitCode = 130

/**
 * Runs a command and ends the process with its exit code, whatever timers its libraries have left. What the command throws
 * is told on stderr. Who reads stdout may stop reading: that is no failure, and the end of a command that only shows
 * something. Of others, `goesOn`, the exit code says more than what is printed: they go on, and end with it.
 */
export async function runCommand(act: () => Promise<number>, { goesOn = false } = {}): Promise<void> {
  // Who has closed stderr wants to hear nothing: that is no reason to stop.
  process.stderr.on('error', () => {})
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exit(report(unwritten(error)))
    if (!goesOn) process.exit(0)
  })
  // A rejection that nobody waits for comes here too.
  process.on('uncaughtException', (error) => process.exit(report(error)))
  const exitCode = await act().catch(report)
  // What could not be written is told of after this write has ended.
  process.stdout.write('', () => setImmediate(() => process.exit(exitCode)))
}

const unwritten = (cause: Error) =>
  new InfrastructureError('output', 'what is to be shown cannot be written', { cause })

/** A line for the person who typed the command; what servers and models said is in it too. */
export function say(text: string): void {
  process.stderr.write(`${escapeText(text, { multiline: true })}\n`)
}

function report(error: unknown): number {
  if (error instanceof UsageError) {
    say(error.message)
    return usageExitCode
  }
  if (error instanceof InfrastructureError) say(describeError(error))
  else say(`this is a fault of calltrail: ${error instanceof Error ? error.stack : String(error)}`)
  return infrastructureExitCode
}
