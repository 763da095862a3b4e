import { parentPort } from 'node:worker_threads'
import { runInEngine } from './engine.ts'
import type { CallAnswer, Script, ScriptCall, ScriptOutcome } from './script.ts'

export type ToWorker = { readonly script: Script } | { readonly answer: CallAnswer }
export type FromWorker =
  | { readonly ready: true }
  | { readonly started: true }
  | { readonly call: ScriptCall }
  | { readonly outcome: ScriptOutcome }

/** The thread in which scripts run, one at a time. */
function serve(port: NonNullable<typeof parentPort>): void {
  const tell = (message: FromWorker) => port.postMessage(message)
  let answered: (answer: CallAnswer) => void = () => {}
  const call = (made: ScriptCall) =>
    new Promise<CallAnswer>((resolve) => {
      answered = resolve
      tell({ call: made })
    })
  const onStart = () => tell({ started: true })
  port.on('message', (message: ToWorker) => {
    if ('answer' in message) answered(message.answer)
    else void runInEngine(message.script, { call, onStart }).then((outcome) => tell({ outcome }))
  })
  tell({ ready: true })
}

if (parentPort) serve(parentPort)
