import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSSyncVariant } from 'quickjs-emscripten-core'
import { RunningScript } from './running-script.ts'
import type { Script, ScriptHost, ScriptOutcome } from './script.ts'

interface EngineHost extends ScriptHost {
  /** The engine is there, and the script begins. */
  readonly onStart: () => void
}

const stackBytes = 256 * 1024

/**
 * Runs a script in an engine of its own: QuickJS in WebAssembly, which has no way out but the functions it is given.
 * What the script does wrong, and any limit it meets, is in the outcome. Its calls are made one after another, in the
 * order in which it asks for them; all of them, whether it waits for them or not. Loops within the engine's built-ins cannot be interrupted: run it in a thread that can
 * be ended.
 */
export async function runInEngine(script: Script, { onStart, ...host }: EngineHost): Promise<ScriptOutcome> {
  // A new module for each script: its memory goes with it, and a crash of one harms no other.
  const memory = new BoundedMemory(script.limits.memoryBytes)
  const module = await newQuickJSWASMModuleFromVariant(await variantWith(memory))
  const runtime = module.newRuntime()
  runtime.setMaxStackSize(stackBytes)
  const context = runtime.newContext()
  const running = new RunningScript(context, script, { ...host, isOutOfMemory: () => memory.isFull })
  runtime.setInterruptHandler(() => running.metLimit() !== null)
  onStart()
  return running.play()
}

const pageBytes = 64 * 1024
/** What the module asks for before anything runs in it: 16 MiB. */
const initialPages = 256

// Node's types have no value for it.
const { Memory }: { Memory: new (pages: MemoryPages) => MemoryOfPages } = Reflect.get(
  globalThis,
  'WebAssembly',
)

interface MemoryPages {
  readonly initial: number
  readonly maximum: number
}

interface MemoryOfPages {
  readonly buffer: ArrayBufferLike
  grow(pages: number): number
}

/** The module asks for this part more at least; what it is refused beyond is one large allocation, of which the script hears. */
const smallestGrowth = 0.06

/**
 * The engine's own limit counts the number of allocations here, not their size: what bounds it is the memory that the
 * module is given.
 */
class BoundedMemory extends Memory {
  /** Too little was left for a small allocation: the engine drops what it does then without a word. */
  isFull = false

  constructor(bytes: number) {
    super({ initial: initialPages, maximum: Math.max(initialPages, Math.floor(bytes / pageBytes)) })
  }

  override grow(pages: number): number {
    try {
      return super.grow(pages)
    } catch (error) {
      this.isFull ||= pages * pageBytes < this.buffer.byteLength * smallestGrowth
      throw error
    }
  }
}

async function variantWith(wasmMemory: BoundedMemory): Promise<QuickJSSyncVariant> {
  const { default: loaded } = await import('@jitl/quickjs-ng-wasmfile-release-sync')
  // Its types are those of the CommonJS build.
  const variant = 'default' in loaded ? loaded.default : loaded
  return newVariant(variant, { wasmMemory })
}
