import { impossibleArguments } from '../config/suite-checks/check-arguments.ts'
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts'
import type { Matcher } from '../domain/suite.ts'
import type { Tool } from '../domain/tool.ts'

/** A matcher as a suite writes it: a bare value means `equals`. */
export type WrittenMatcher = Matcher | Json

export interface ExpectedArgs {
  readonly args: Readonly<Record<string, WrittenMatcher>>
  /** What is compared more loosely than it was recorded, in words. */
  readonly remarks: readonly string[]
  /** What a person must decide. */
  readonly decide: readonly string[]
}

/** Longer texts are compared by their beginning. */
const longest = 160
const beginning = 80

/** `isShown`: what was redacted in a value was shown to the model, so that it can write it back. */
export function expectedArgs(
  given: JsonObject,
  tool: Tool,
  isShown: (text: string) => boolean,
): ExpectedArgs {
  const remarks: string[] = []
  const matchers = Object.entries(given).map(([name, value]): [string, Matcher] => {
    if (!isShown(JSON.stringify(value))) {
      remarks.push(`${name} was redacted: any value matches`)
      return [name, { any: true }]
    }
    if (typeof value !== 'string' || value.length <= longest) return [name, { equals: value }]
    remarks.push(`${name} has ${value.length} characters: only how it begins is compared`)
    return [name, { startsWith: startOf(value) }]
  })
  const call = { tool: tool.name, args: Object.fromEntries(matchers), alternatives: [] }
  const impossible = impossibleArguments(call, tool)
  return {
    args: Object.fromEntries(
      matchers.flatMap(([name, matcher]) => (impossible.has(name) ? [] : [[name, written(matcher)]])),
    ),
    remarks,
    decide: [...impossible].map(
      (name) =>
        `${name}: ${JSON.stringify(given[name])} is not what the schema of ${tool.name} asks for, so it is not expected. What is?`,
    ),
  }
}

function written(matcher: Matcher): WrittenMatcher {
  return 'equals' in matcher && !isJsonObject(matcher.equals) ? matcher.equals : matcher
}

/** Up to the end of a line, where there is one; never half a character or half a placeholder. */
function startOf(text: string): string {
  const [line = ''] = text.slice(0, longest).split('\n')
  const start = line.trim() === '' ? text.slice(0, beginning) : line.slice(0, beginning)
  return start.replace(/\[redacted:[^\]]*$/, '').replace(/[\ud800-\udbff]$/, '') || text.slice(0, 1)
}
