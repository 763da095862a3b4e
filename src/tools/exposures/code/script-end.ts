import { isJsonObject, readJson } from '../../../domain/json.ts'

/** As which the engine knows the script. */
export const fileName = 'script.js'

export function computedTooLong(ms: number): string {
  return `the script was ended: it computed for more than ${ms} ms`
}

/** What the runner of a script resolved with. */
export function readEnd(text: string): { readonly value: string | null; readonly error: string | null } {
  const end = readJson(text)
  if (!isJsonObject(end)) return { value: null, error: 'the script failed, and its error cannot be told' }
  if (typeof end.error === 'string')
    return { value: null, error: withLines(end.error, typeof end.stack === 'string' ? end.stack : '') }
  const value = end.isText ?? end.value
  return { value: typeof value === 'string' ? value : null, error: null }
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
