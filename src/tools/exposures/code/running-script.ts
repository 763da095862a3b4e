import type { QuickJSContext, QuickJSDeferredPromise, QuickJSHandle } from 'quickjs-emscripten-core'
import { readJson } from '../../../domain/json.ts'
import { prelude } from './prelude.ts'
import type { CallAnswer, MakeCall, Script, ScriptOutcome } from './script.ts'
import { computedTooLong, cut, engineFault, fileName, readEnd, withLines } from './script-end.ts'

const jobsAtOnce = 64

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
  readonly #call: MakeCall
  readonly #waiting: WaitingCall[] = []
  #computedMs = 0
  #enteredAt: number | null = null
  #calls = 0
  #printed = ''

  constructor(context: QuickJSContext, script: Script, call: MakeCall) {
    this.#context = context
    this.#script = script
    this.#call = call
  }

  isSpent(): boolean {
    const now = performance.now()
    const inside = this.#enteredAt === null ? 0 : now - this.#enteredAt
    return this.#computedMs + inside > this.#script.limits.computingMs
  }

  async play(): Promise<ScriptOutcome> {
    const { limits } = this.#script
    const ended = (value: string | null, error: string | null) => ({
      value: value === null ? null : cut(value, limits.outputCharacters),
      printed: cut(this.#printed, limits.outputCharacters),
      error,
    })
    try {
      const promise = this.#inside(() => this.#start())
      for (;;) {
        this.#inside(() => this.#runJobs())
        const text = this.#inside(() => this.#settled(promise))
        if (text !== null) {
          const { value, error } = readEnd(text)
          return ended(value, error)
        }
        await this.#answerNext()
      }
    } catch (error) {
      if (error instanceof Stopped) return ended(null, error.message)
      throw error
    }
  }

  /** Everything that runs code of the script; a fault of the engine itself is the script's doing as well. */
  #inside<T>(act: () => T): T {
    this.#enteredAt = performance.now()
    try {
      return act()
    } catch (error) {
      if (error instanceof Stopped) throw error
      if (this.isSpent()) throw this.#tooLong()
      throw new Stopped(engineFault(error))
    } finally {
      this.#computedMs += performance.now() - this.#enteredAt
      this.#enteredAt = null
    }
  }

  #start(): QuickJSHandle {
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
    return context.unwrapResult(context.callFunction(runner, context.undefined, compiled.value))
  }

  #callFunction(): QuickJSHandle {
    const context = this.#context
    return context.newFunction('call', (namespace, name, args) => {
      const promise = context.newPromise()
      this.#calls += 1
      const texts = [namespace, name, args].map((handle) => context.getString(handle))
      const [space = '', called = '', given = ''] = texts
      if (this.#calls > this.#script.limits.calls)
        this.#answer(promise, { error: `a script may make ${this.#script.limits.calls} calls, no more` })
      else this.#waiting.push({ namespace: space, name: called, args: given, promise })
      return promise.handle
    })
  }

  #printFunction(): QuickJSHandle {
    return this.#context.newFunction('print', (line) => {
      // One more than is shown, so that what is cut is known to be.
      const room = this.#script.limits.outputCharacters + 1 - this.#printed.length
      if (room > 0) this.#printed += `${this.#context.getString(line)}\n`.slice(0, room)
    })
  }

  #answer(promise: QuickJSDeferredPromise, answer: CallAnswer): void {
    this.#context.newString(JSON.stringify(answer)).consume((text) => promise.resolve(text))
  }

  #runJobs(): void {
    const { runtime } = this.#context
    while (runtime.hasPendingJob()) {
      if (this.isSpent()) throw this.#tooLong()
      const ran = runtime.executePendingJobs(jobsAtOnce)
      if (ran.error) throw this.isSpent() ? this.#tooLong() : new Stopped('the script was ended')
    }
    if (this.isSpent()) throw this.#tooLong()
  }

  /** What the runner resolved with; null while it waits. */
  #settled(promise: QuickJSHandle): string | null {
    const state = this.#context.getPromiseState(promise)
    if (state.type === 'pending') return null
    if (state.type === 'rejected') throw new Stopped('the script failed, and its error cannot be told')
    return this.#context.getString(state.value)
  }

  async #answerNext(): Promise<void> {
    const next = this.#waiting.shift()
    if (!next) throw new Stopped('the script waits for a promise that nothing will settle')
    const { namespace, name, args } = next
    const answer = await this.#call({ namespace, name, args: readJson(args) ?? {} })
    this.#inside(() => this.#answer(next.promise, answer))
  }

  #tooLong(): Stopped {
    const { computingMs } = this.#script.limits
    return new Stopped(computedTooLong(computingMs))
  }
}
