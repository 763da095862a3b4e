import type { QuickJSContext, QuickJSDeferredPromise, QuickJSHandle } from 'quickjs-emscripten-core'
import { readJson } from '../../../domain/json.ts'
import { prelude } from './prelude.ts'
import type { CallAnswer, Script, ScriptHost, ScriptOutcome } from './script.ts'
import {
  askedTooOften,
  computedTooLong,
  cut,
  engineFault,
  fileName,
  mostCalls,
  notMade,
  ranOutOfMemory,
  readEnd,
  readUnheard,
  type ScriptEnd,
  together,
  type UnheardFailures,
  withLines,
} from './script-end.ts'

const jobsAtOnce = 64
/** Calls beyond its limit that a script may ask for, and hear that it may not. */
const refusedAtMost = 1_000

interface EngineHost extends ScriptHost {
  readonly isOutOfMemory: () => boolean
}

interface WaitingCall {
  readonly namespace: string
  readonly name: string
  readonly args: string
  readonly promise: QuickJSDeferredPromise
}

/** A limit that was met. */
class Stopped extends Error {}

/** One script in its engine: lets it compute within its limits, and answers its calls between. */
export class RunningScript {
  readonly #context: QuickJSContext
  readonly #script: Script
  readonly #host: EngineHost
  readonly #waiting: WaitingCall[] = []
  #computedMs = 0
  #enteredAt: number | null = null
  #calls = 0
  #printed = ''

  constructor(context: QuickJSContext, script: Script, host: EngineHost) {
    this.#context = context
    this.#script = script
    this.#host = host
  }

  /** The limit that ends it now, in words; null while none does. */
  metLimit(): string | null {
    const { computingMs, calls } = this.#script.limits
    if (this.#calls > calls + refusedAtMost) return askedTooOften(calls)
    const now = performance.now()
    const inside = this.#enteredAt === null ? 0 : now - this.#enteredAt
    return this.#computedMs + inside > computingMs ? computedTooLong(computingMs) : null
  }

  async play(): Promise<ScriptOutcome> {
    let end: ScriptEnd | null = null
    try {
      const { promise, unheard } = this.#inside(() => this.#start())
      for (;;) {
        this.#inside(() => this.#runJobs())
        end ??= this.#inside(() => this.#settled(promise))
        if (end && this.#waiting.length === 0) {
          const { lost, late } = this.#inside(() => this.#failures(unheard))
          const full = end.error?.includes('out of memory') ? null : this.#outOfMemory()
          return { ...this.#outcome(end, lost, full), ...(late !== null && { late }) }
        }
        await this.#answerNext()
      }
    } catch (error) {
      if (!(error instanceof Stopped)) throw error
      const ended = this.metLimit() ?? this.#outOfMemory() ?? error.message
      return this.#outcome(end, ended, notMade(this.#waiting.length))
    }
  }

  #outcome(end: ScriptEnd | null, ...errors: readonly (string | null)[]): ScriptOutcome {
    const { outputCharacters } = this.#script.limits
    const value = end?.value ?? null
    return {
      value: value === null ? null : cut(value, outputCharacters),
      printed: cut(this.#printed, outputCharacters),
      error: together(end?.error ?? null, ...errors),
    }
  }

  /** Everything that runs code of the script; a fault of the engine itself is the script's doing as well. */
  #inside<T>(act: () => T): T {
    this.#enteredAt = performance.now()
    try {
      return act()
    } catch (error) {
      if (error instanceof Stopped) throw error
      throw new Stopped(this.metLimit() ?? engineFault(error))
    } finally {
      this.#computedMs += performance.now() - this.#enteredAt
      this.#enteredAt = null
    }
  }

  /** The promise of the script's end, and what lists the failures that it may not know of. */
  #start(): { readonly promise: QuickJSHandle; readonly unheard: QuickJSHandle } {
    const context = this.#context
    const { code, functions } = this.#script
    const makeRunner = context.unwrapResult(context.evalCode(prelude, 'calltrail.js'))
    const names = context.newString(JSON.stringify([...functions]))
    const runner = context.unwrapResult(
      context.callFunction(makeRunner, context.undefined, this.#callFunction(), this.#printFunction(), names),
    )
    const compiled = context.evalCode(`(async () => {${code}\n})`, fileName)
    if (compiled.error) {
      const { name, message, stack } = context.dump(compiled.error)
      throw new Stopped(withLines(`${name}: ${message}`, String(stack)))
    }
    const run = context.getProp(runner, 'run')
    return {
      promise: context.unwrapResult(context.callFunction(run, context.undefined, compiled.value)),
      unheard: context.getProp(runner, 'unheard'),
    }
  }

  #callFunction(): QuickJSHandle {
    const context = this.#context
    return context.newFunction('call', (namespace, name, args) => {
      const promise = context.newPromise()
      this.#calls += 1
      const texts = [namespace, name, args].map((handle) => context.getString(handle))
      const [space = '', called = '', given = ''] = texts
      if (this.#calls > this.#script.limits.calls)
        this.#answer(promise, { error: mostCalls(this.#script.limits.calls) })
      else {
        this.#waiting.push({ namespace: space, name: called, args: given, promise })
        this.#host.onAsked()
      }
      return promise.handle
    })
  }

  #printFunction(): QuickJSHandle {
    return this.#context.newFunction('print', (line) => {
      // One more than is shown, so that what is cut is known to be.
      const room = this.#script.limits.outputCharacters + 1 - this.#printed.length
      // As JSON: text of the engine ends where it has a NUL.
      if (room > 0) this.#printed += `${readJson(this.#context.getString(line))}\n`.slice(0, room)
    })
  }

  #answer(promise: QuickJSDeferredPromise, answer: CallAnswer): void {
    this.#context.newString(JSON.stringify(answer)).consume((text) => promise.resolve(text))
  }

  #runJobs(): void {
    const { runtime } = this.#context
    while (runtime.hasPendingJob()) {
      this.#stopAtLimit()
      const ran = runtime.executePendingJobs(jobsAtOnce)
      if (ran.error) throw new Stopped(this.metLimit() ?? 'the script was ended')
    }
    this.#stopAtLimit()
  }

  #stopAtLimit(): void {
    const met = this.metLimit()
    if (met !== null) throw new Stopped(met)
  }

  #failures(unheard: QuickJSHandle): UnheardFailures {
    const listed = this.#context.callFunction(unheard, this.#context.undefined)
    if (listed.error) throw new Stopped('calls that the script did not wait for may have failed')
    return readUnheard(this.#context.getString(listed.value))
  }

  /** What the runner resolved with; null while it waits. */
  #settled(promise: QuickJSHandle): ScriptEnd | null {
    const state = this.#context.getPromiseState(promise)
    if (state.type === 'pending') return null
    if (state.type === 'rejected') throw new Stopped('the script failed, and its error cannot be told')
    return readEnd(this.#context.getString(state.value))
  }

  async #answerNext(): Promise<void> {
    const next = this.#waiting.shift()
    if (!next) throw new Stopped('the script waits for a promise that nothing will settle')
    const { namespace, name, args } = next
    const answer = await this.#host.call({ namespace, name, args: readJson(args) ?? null })
    this.#inside(() => this.#answer(next.promise, answer))
  }

  #outOfMemory(): string | null {
    return this.#host.isOutOfMemory() ? ranOutOfMemory(this.#script.limits.memoryBytes) : null
  }
}
