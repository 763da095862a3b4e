import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { FromWorker, ToWorker } from './sandbox-worker.ts'
import type { CallAnswer, Script, ScriptCall, ScriptOutcome } from './script.ts'
import { computedTooLong } from './script-end.ts'

export interface SandboxedScript extends Script {
  /** What it throws ends the script. */
  call(call: ScriptCall & { readonly signal: AbortSignal }): Promise<CallAnswer>
  /** Milliseconds in all, waiting for calls included. */
  readonly totalMs: number
  readonly signal: AbortSignal
}

/**
 * Runs a script in a thread of its own, which is ended where the engine cannot end the script itself. Rejects with what a
 * call threw, or with the reason of the signal; all else is in the outcome.
 */
export async function runScript(script: SandboxedScript): Promise<ScriptOutcome> {
  script.signal.throwIfAborted()
  const worker = await takeWorker()
  const over = new AbortController()
  let isReusable = false
  try {
    const ended = await Promise.race([
      converse(worker, script, AbortSignal.any([script.signal, over.signal])),
      tooLate(script.totalMs, over.signal),
      aborted(script.signal, over.signal),
    ])
    isReusable = ended.isWorkerIdle
    return ended.outcome
  } finally {
    over.abort(new Error('the script is over'))
    if (isReusable) keepWorker(worker)
    else void worker.terminate()
  }
}

interface Ended {
  readonly outcome: ScriptOutcome
  readonly isWorkerIdle: boolean
}

const endedBy = (error: string): Ended => ({
  outcome: { value: null, printed: '', error },
  isWorkerIdle: false,
})

/** Of the time that a script may compute, how much it can have the thread: the engine's own limit comes first. */
const graceFactor = 4

/** Makes the calls of the script until it ends; the thread has the time of one limit, in all, between calls. */
function converse(worker: Worker, script: SandboxedScript, signal: AbortSignal): Promise<Ended> {
  const { code, functions, limits } = script
  return new Promise((resolve, reject) => {
    const send = (message: ToWorker) => worker.postMessage(message)
    let left = limits.computingMs * graceFactor
    let since = 0
    let timer: NodeJS.Timeout | undefined
    const resume = () => {
      since = performance.now()
      timer = setTimeout(() => resolve(endedBy(computedTooLong(limits.computingMs))), left)
    }
    const pause = () => {
      clearTimeout(timer)
      left -= performance.now() - since
    }
    const onMessage = (message: FromWorker) => {
      if ('started' in message) return resume()
      pause()
      if ('outcome' in message) resolve({ outcome: message.outcome, isWorkerIdle: true })
      if (!('call' in message)) return
      script.call({ ...message.call, signal }).then((answer) => {
        if (signal.aborted) return
        resume()
        send({ answer })
      }, reject)
    }
    worker.on('message', onMessage)
    const onError = (error: Error) => resolve(endedBy(`the script was ended: ${error.message}`))
    worker.on('error', onError)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      worker.off('message', onMessage)
      worker.off('error', onError)
    })
    send({ script: { code, functions, limits } })
  })
}

function tooLate(ms: number, over: AbortSignal): Promise<Ended> {
  return new Promise((resolve) => {
    const timer = setTimeout(
      () => resolve(endedBy(`the script was ended: not done after ${ms / 1000} s`)),
      ms,
    )
    over.addEventListener('abort', () => clearTimeout(timer))
  })
}

function aborted(signal: AbortSignal, over: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: over })
  })
}

const idle: Worker[] = []
const mostIdle = 4

async function takeWorker(): Promise<Worker> {
  const known = idle.pop()
  known?.ref()
  return known ?? startWorker()
}

/** A thread that waits for work keeps no process alive. */
function keepWorker(worker: Worker): void {
  worker.unref()
  if (idle.length < mostIdle) idle.push(worker)
  else void worker.terminate()
}

async function startWorker(): Promise<Worker> {
  const worker = openWorker()
  await once(worker, 'message')
  // A thread that dies while it waits for work is taken by nobody.
  worker.on('error', () => {})
  worker.once('exit', () => {
    if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1)
  })
  return worker
}

/** The file beside this one; run from its source, it is compiled as it loads. */
function openWorker(): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./sandbox-worker.js', import.meta.url), { env: {} })
  const source = new URL('./sandbox-worker.ts', import.meta.url)
  const load = `import('tsx/esm/api').then(({ register }) => (register(), import('${source}')))`
  return new Worker(load, { eval: true, env: {} })
}
