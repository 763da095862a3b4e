import { interruptedExitCode, say } from './run-command.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Aborted by the first Ctrl-C, so that the command can end well; a second one ends it at once. */
export function onInterrupt(message: string): AbortSignal {
  const controller = new AbortController()
  for (const signal of signals)
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(interruptedExitCode)
      controller.abort()
      say(message)
    })
  return controller.signal
}
