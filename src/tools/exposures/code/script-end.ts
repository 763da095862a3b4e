import { isJsonObject, type Json, type JsonObject, readJson } from '../../../domain/json.ts'

/** As which the engine knows the script. */
export const fileName = 'script.js'

export function computedTooLong(ms: number): string {
  return `the script was ended: it computed for more than ${ms} ms`
}

export function mostCalls(calls: number): string {
  return `a script may make ${calls} calls, no more`
}

export function askedTooOften(calls: number): string {
  return `the script was ended: ${mostCalls(calls)}, and it went on asking`
}

export function ranOutOfMemory(bytes: number): string {
  return `the script ran out of memory (${bytes / 1024 / 1024} MiB): some of what it began was not done`
}

export interface ScriptEnd {
  readonly value: string | null
  readonly error: string | null
}

/** What the runner of a script resolved with. */
export function readEnd(text: string): ScriptEnd {
  const end = readJson(text)
  if (!isJsonObject(end)) return { value: null, error: 'the script failed, and its error cannot be told' }
  const error = readError(end)
  if (error !== null) return { value: null, error }
  const value = end.isText ?? end.value
  return { value: typeof value === 'string' ? value : null, error: null }
}

function readError({ error, stack }: JsonObject): string | null {
  return typeof error === 'string' ? withLines(error, typeof stack === 'string' ? stack : '') : null
}

const mostFailures = 3

/** Failures that the script may not know of; each null where there are none. */
export interface UnheardFailures {
  /** Of calls that it did not wait for. */
  readonly lost: string | null
  /** Of calls that something waited for, after it had returned. */
  readonly late: string | null
}

export function readUnheard(text: string): UnheardFailures {
  const { lost, late } = readObject(text)
  return {
    lost: failuresOf(lost, 'that the script did not wait for failed'),
    late: failuresOf(late, 'failed after the script had returned (it may have handled that)'),
  }
}

function readObject(text: string): JsonObject {
  const read = readJson(text)
  return isJsonObject(read) ? read : {}
}

function failuresOf(listed: Json | undefined, what: string): string | null {
  const failures = (Array.isArray(listed) ? listed : []).filter(isJsonObject).map(readError)
  if (failures.length === 0) return null
  const more = failures.length > mostFailures ? `; and ${failures.length - mostFailures} more` : ''
  return `${counted(failures.length)} ${what}: ${failures.slice(0, mostFailures).join('; ')}${more}`
}

/** What a script that was ended had asked for; null where nothing is left. */
export function notMade(calls: number): string | null {
  return calls === 0
    ? null
    : `${counted(calls)} that it had asked for ${calls === 1 ? 'was' : 'were'} not made`
}

function counted(calls: number): string {
  return calls === 1 ? '1 call' : `${calls} calls`
}

/** What went wrong, a line each; null where nothing did. */
export function together(...errors: readonly (string | null)[]): string | null {
  return errors.filter((error) => error !== null).join('\n') || null
}

const mostLines = 5

/** `TypeError: not a function (line 3, called from line 9)`: the lines of the script, innermost first. */
export function withLines(message: string, stack: string): string {
  const all = Array.from(stack.matchAll(/\bscript\.js:(\d+)/g), ([, line]) => line)
  const lines = all.filter((line, index) => line !== all[index - 1]).slice(0, mostLines)
  const short = cut(message, 2000)
  if (lines.length === 0) return short
  const [first, ...callers] = lines
  return `${short} (line ${first}${callers.map((line) => `, called from line ${line}`).join('')})`
}

/** Deep recursion in the engine's own code overflows the stack of the host below it. */
export function engineFault(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return error instanceof RangeError
    ? 'the script was ended: stack overflow'
    : `the script was ended: ${message}`
}

export function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}… (cut after ${most} characters)` : text
}
