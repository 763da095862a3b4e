import type { Case, Suite } from '../../domain/suite.ts'
import type { DefinitionChange } from './drift.ts'

export interface TouchedSuite {
  readonly suite: string
  readonly file: string
  /** `server/tool`, with the cases that name it. */
  readonly tools: readonly { readonly tool: string; readonly cases: readonly string[] }[]
}

/** The cases that expect or forbid a tool whose definition changed: what they say may not hold any more. */
export function touchedSuites(
  suites: readonly Suite[],
  changes: readonly DefinitionChange[],
): readonly TouchedSuite[] {
  const changed = new Set(
    changes.flatMap(({ server, tools }) => tools.map(({ tool }) => `${server}/${tool}`)),
  )
  return suites.flatMap(({ name, file, cases }) => {
    const tools = new Map<string, string[]>()
    for (const each of cases)
      for (const tool of toolsOf(each))
        if (changed.has(tool)) tools.set(tool, [...(tools.get(tool) ?? []), each.id])
    return tools.size > 0
      ? [{ suite: name, file, tools: Array.from(tools, ([tool, cases]) => ({ tool, cases })) }]
      : []
  })
}

function toolsOf({ expect: { calls, forbid } }: Case): ReadonlySet<string> {
  return new Set([...(calls ?? []).flatMap(({ tool, alternatives }) => [tool, ...alternatives]), ...forbid])
}
