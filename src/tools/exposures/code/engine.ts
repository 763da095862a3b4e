import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSDeferredPromise,
  type QuickJSHandle,
  type QuickJSSyncVariant,
} from 'quickjs-emscripten-core'
import { isJsonObject, type Json, readJson } from '../../../domain/json.ts'
import { prelude } from './prelude.ts'

/** A script as it is sent to the thread that runs it. */
export interface Script {
  readonly code: string
  /** By namespace: which `tools.NAMESPACE.NAME` there are. */
  readonly functions: ReadonlyMap<string, readonly string[]>
  readonly limits: ScriptLimits
}

export interface ScriptLimits {
  /** Milliseconds of computing; waiting for calls does not count. */
  readonly computingMs: number
  /** At least 16 MiB. */
  readonly memoryBytes: number
  readonly calls: number
  /** Of what is printed, and of the value that is returned. */
  readonly outputCharacters: number
}

export interface ScriptCall {
  readonly namespace: string
  readonly name: string
  readonly args: Json
}

/** What a call comes to: a value, or an error that the script may catch. */
export type CallAnswer = { readonly value: Json } | { readonly error: string }

export interface ScriptOutcome {
  /** Text as it is, anything else as JSON; null where nothing was returned. */
  readonly value: string | null
  readonly printed: string
  /** What ended the script, with the lines where; null where it came to its end. */
  readonly error: string | null
}

/**
 * Runs a script in an engine of its own: QuickJS in WebAssembly, which has no way out but the functions it is given.
 * What the script does wrong, and any limit it meets, is in the outcome. Its calls are made one after another, in the
 * order in which it asks for them. Loops within the engine's built-ins cannot be interrupted: run it in a thread that can
 * be ended.
 */
export async function runInEngine(script: Script, { call, onStart }: EngineHost): Promise<ScriptOutcome> {
  // A new module for each script: its memory goes with it, and a crash of one harms no other.
  const module = await newQuickJSWASMModuleFromVariant(await boundedVariant(script.limits.memoryBytes))
  const runtime = module.newRuntime()
  runtime.setMaxStackSize(stackBytes)
  const context = runtime.newContext()
  const running = new RunningScript(context, script, call)
  runtime.setInterruptHandler(() => running.isSpent())
  onStart()
  return running.play()
}

interface EngineHost {
  readonly call: MakeCall
  /** The engine is there, and the script begins. */
  readonly onStart: () => void
}

type MakeCall = (call: ScriptCall) => Promise<CallAnswer>

const pageBytes = 64 * 1024
/** What the module asks for before anything runs in it: 16 MiB. */
const initialPages = 256

/**
 * The engine's own limit counts the number of allocations here, not their size: what bounds it is the memory that the
 * module is given.
 */
async function boundedVariant(bytes: number): Promise<QuickJSSyncVariant> {
  const { default: loaded } = await import('@jitl/quickjs-ng-wasmfile-release-sync')
  // Its types are those of the CommonJS build.
  const variant = 'default' in loaded ? loaded.default : loaded
  const maximum = Math.max(initialPages, Math.floor(bytes / pageBytes))
  return newVariant(variant, { wasmMemory: new Memory({ initial: initialPages, maximum }) })
}

// Node's types have no value for it.
const { Memory }: { Memory: new (pages: { initial: number; maximum: number }) => object } = Reflect.get(
  globalThis,
  'WebAssembly',
)

const stackBytes = 256 * 1024
const jobsAtOnce = 64

interface WaitingCall {
  readonly namespace: string
  readonly name: string
  readonly args: string
  readonly promise: QuickJSDeferredPromise
}

/** A limit that was met. */
class Stopped extends Error {}

class RunningScript {
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

export function computedTooLong(ms: number): string {
  return `the script was ended: it computed for more than ${ms} ms`
}

const fileName = 'script.js'

function readEnd(text: string): { readonly value: string | null; readonly error: string | null } {
  const end = readJson(text)
  if (!isJsonObject(end)) return { value: null, error: 'the script failed, and its error cannot be told' }
  if (typeof end.error === 'string')
    return { value: null, error: withLines(end.error, typeof end.stack === 'string' ? end.stack : '') }
  const value = end.isText ?? end.value
  return { value: typeof value === 'string' ? value : null, error: null }
}

const mostLines = 5

/** `TypeError: not a function (line 3, called from line 9)`: the lines of the script, innermost first. */
function withLines(message: string, stack: string): string {
  const all = Array.from(stack.matchAll(/\bscript\.js:(\d+)/g), ([, line]) => line)
  const lines = all.filter((line, index) => line !== all[index - 1]).slice(0, mostLines)
  const short = cut(message, 2000)
  if (lines.length === 0) return short
  const [first, ...callers] = lines
  return `${short} (line ${first}${callers.map((line) => `, called from line ${line}`).join('')})`
}

/** Deep recursion in the engine's own code overflows the stack of the host below it. */
function engineFault(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return error instanceof RangeError
    ? 'the script was ended: stack overflow'
    : `the script was ended: ${message}`
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}… (cut after ${most} characters)` : text
}
