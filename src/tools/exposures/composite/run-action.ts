import { randomUUID } from 'node:crypto'
import canonicalize from 'canonicalize'
import {
  type Action,
  type ActionCall,
  ActionCancelled,
  ActionCutOff,
  type ActionStep,
  type Condition,
} from '../../../domain/action.ts'
import { isJsonObject, type Json, type JsonObject, readJson } from '../../../domain/json.ts'
import { lookUp, referencesOf, render } from '../../../domain/template.ts'
import { withinTime } from '../../../domain/time-limit.ts'
import {
  type CallContext,
  type ToolCall,
  type ToolResult,
  type ToolSource,
  textOf,
  toolError,
} from '../../../domain/tool.ts'
import { describeError, type InfrastructureError } from '../../../errors.ts'
import { answering } from './answering.ts'

export interface ActionRun {
  readonly upstream: ToolSource
  readonly context: CallContext
  /** The model's call of the action. */
  readonly call: ToolCall
}

/** Of all that is undone of an action, whose own caller may be gone. */
const undoMs = 30_000

/**
 * Makes the calls of an action, one after another, each a call of its own with the action's as its parent. What fails is
 * told in the result, with what was done and undone. A server that is gone fails its step as well; the next call may find
 * it running again. Whoever asked then gets the result as an `ActionCutOff`. A step that was cancelled, or that comes next
 * when the action is, fails too and is the last: the result is then thrown as `ActionCancelled`.
 */
export async function runAction(action: Action, run: ActionRun): Promise<ToolResult> {
  const lost: InfrastructureError[] = []
  const upstream = answering(run.upstream, run.context.signal, (error) => lost.push(error))
  const { result, isCancelled } = await playSteps(action, { ...run, upstream })
  if (isCancelled) throw new ActionCancelled(result)
  const [first] = lost
  if (first) throw new ActionCutOff(first, result)
  return result
}

interface Played {
  readonly result: ToolResult
  readonly isCancelled: boolean
}

async function playSteps(action: Action, run: ActionRun): Promise<Played> {
  const values: Record<string, Json> = { input: run.call.arguments }
  const done: ActionStep[] = []
  const notes: string[] = []
  let last: ToolResult | null = null
  for (const step of action.steps) {
    if (!step.when.every((condition) => holds(condition, values))) continue
    const result = await make(step, values, run)
    values[step.id] = resultValue(result)
    if (!result.isError) {
      done.push(step)
      last = result
      continue
    }
    notes.push(`Step ${step.id} (${step.call}) failed: ${textOf(result)}`)
    const isCancelled = run.context.signal.aborted
    const own = step.onFailure ?? action.onFailure
    if (own === 'continue' && !isCancelled) continue
    const rule = own === 'continue' ? action.onFailure : own
    const after = rule === 'undo' ? await undo(done, values, run) : whatStays(done)
    return { result: failure(action, notes, after), isCancelled }
  }
  return { result: resultOf(action, values, last, notes), isCancelled: false }
}

/**
 * Arguments that name what is not there are a failure of the step: nothing is called with less than was meant. So it is
 * where nobody waits for the call any longer.
 */
async function make(
  { call, args }: ActionCall,
  values: JsonObject,
  { upstream, context, call: parent }: ActionRun,
) {
  const { signal } = context
  if (signal.aborted) return toolError(`not begun: ${describeError(signal.reason)}`)
  const missing = referencesOf(args).find(({ reference }) => reference && isMissing(reference, values))
  if (missing) return toolError(`${missing.text} names nothing in what came back`)
  const given = render(args, values)
  const inner = {
    id: randomUUID(),
    name: call,
    arguments: isJsonObject(given) ? given : {},
    parentId: parent.id,
  }
  return upstream.callTool(inner, context)
}

/** An argument that the model left out, and the result of a step that was left out, leave out what is made of them. */
function isMissing(reference: readonly (string | number)[], values: JsonObject): boolean {
  const [root = '', ...path] = reference
  if (root === 'input' || !Object.hasOwn(values, root)) return false
  return lookUp(path, values[root] ?? null) === undefined
}

function resultValue(result: ToolResult): JsonObject {
  const text = textOf(result)
  return { text, data: result.structuredContent ?? readJson(text) ?? null, failed: result.isError }
}

function holds({ value, equals, contains, exists }: Condition, values: JsonObject): boolean {
  const found = render(value, values)
  if (exists !== undefined) return (found !== undefined && found !== null) === exists
  if (found === undefined) return false
  if (contains === undefined) return isSame(found, equals)
  if (Array.isArray(found)) return found.some((each) => isSame(each, contains))
  return typeof found === 'string' && typeof contains === 'string' && found.includes(contains)
}

function isSame(one: Json, other: Json | undefined): boolean {
  return canonicalize(one) === canonicalize(other)
}

/** Goes on whoever has cancelled the action, for as long as it may take by itself. */
async function undo(
  done: readonly ActionStep[],
  values: JsonObject,
  run: ActionRun,
): Promise<readonly string[]> {
  if (done.length === 0) return whatStays(done)
  const { onProgress: _, ...context } = run.context
  return withinTime(undoMs, (signal) => undoAll(done, values, { ...run, context: { ...context, signal } }))
}

async function undoAll(
  done: readonly ActionStep[],
  values: JsonObject,
  run: ActionRun,
): Promise<readonly string[]> {
  const notes: string[] = []
  for (const step of [...done].reverse()) {
    if (!step.undo) {
      notes.push(`Step ${step.id} (${step.call}) stays done: nothing says how to undo it.`)
      continue
    }
    const result = await make(step.undo, values, run)
    notes.push(
      result.isError
        ? `Step ${step.id} (${step.call}) stays done: undoing it failed: ${textOf(result)}`
        : `Step ${step.id} (${step.call}) was undone with ${step.undo.call}.`,
    )
  }
  return notes
}

function whatStays(done: readonly ActionStep[]): readonly string[] {
  return done.length === 0
    ? ['Nothing was done before it.']
    : [`Done before it: ${done.map(({ id, call }) => `${id} (${call})`).join(', ')}.`]
}

function failure({ name }: Action, failed: readonly string[], after: readonly string[]): ToolResult {
  return toolError([`${name} did not come to its end.`, ...failed, ...after].join('\n'))
}

function resultOf(
  { result: template }: Action,
  values: JsonObject,
  last: ToolResult | null,
  notes: readonly string[],
): ToolResult {
  const more = notes.map((text) => ({ type: 'text', text }))
  if (template === undefined) {
    if (last) return notes.length === 0 ? last : { ...last, content: [...last.content, ...more] }
    const nothing = { type: 'text', text: 'Nothing was to be done.' }
    return { content: notes.length > 0 ? more : [nothing], isError: notes.length > 0 }
  }
  const value = render(template, values) ?? null
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return {
    content: [{ type: 'text', text }, ...more],
    ...(isJsonObject(value) && { structuredContent: value }),
    isError: false,
  }
}
