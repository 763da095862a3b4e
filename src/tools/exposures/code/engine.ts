import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSSyncVariant } from 'quickjs-emscripten-core'
import { RunningScript } from './running-script.ts'
import type { MakeCall, Script, ScriptOutcome } from './script.ts'

interface EngineHost {
  readonly call: MakeCall
  /** The engine is there, and the script begins. */
  readonly onStart: () => void
}

const stackBytes = 256 * 1024

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
