import { nearest } from '../domain/nearest.ts'
import { acceptedTools, type Case, type FixedCall, type Suite } from '../domain/suite.ts'
import type { Tool } from '../domain/tool.ts'
import type { Problem } from '../errors.ts'
import { checkCompositeOnTools } from './check-composite-on-tools.ts'
import { compileSchema } from './compile-schema.ts'
import { checkArguments } from './suite-checks/check-arguments.ts'
import { contradictions } from './suite-checks/contradictions.ts'
import { formatPath, suggest } from './validate.ts'

type Path = readonly (string | number)[]

/** What can only be told once the servers have said which tools they have: names, arguments and values that cannot be. */
export function checkSuite(suite: Suite, tools: readonly Tool[]): Problem[] {
  const byName = new Map(tools.map((tool) => [tool.name, tool]))
  const missing = (name: string, path: Path): Omit<Problem, 'location'>[] =>
    byName.has(name)
      ? []
      : [
          {
            message: `${formatPath(path)}: no tool "${name}" in toolset ${suite.toolset.name}`,
            hint: suggestTool(name, byName.keys()),
          },
        ]

  const curated = (suite.toolset.curated ?? []).flatMap((name, index) => {
    const path = ['curated', index]
    const location = suite.toolset.locate?.(path) ?? suite.toolset.location
    return missing(name, path).map((problem) => ({ location, ...problem }))
  })
  const cases = suite.cases.flatMap((each) => {
    const named = namesIn(each).flatMap(({ name, path }) =>
      missing(name, path).map((problem) => ({ location: each.locate(path), ...problem })),
    )
    return [...named, ...contradictions(each), ...checkCalls(each, byName), ...checkFixedCalls(each, byName)]
  })
  const composed = checkCompositeOnTools(suite.toolset, byName, checkArguments).map(
    ({ path, message, ...problem }) => ({
      location: suite.toolset.locate?.(path) ?? suite.toolset.location,
      message: `${formatPath(path)}: ${message}`,
      ...problem,
    }),
  )
  return [...curated, ...composed, ...cases]
}

/** Among the tools of the server that was named, if there is one: a shared prefix makes names look alike. */
function suggestTool(name: string, names: Iterable<string>): string {
  const all = [...names]
  const prefix = name.slice(0, name.indexOf('/') + 1)
  const siblings = all.filter((other) => other.startsWith(prefix))
  const parts = siblings.map((sibling) => sibling.slice(prefix.length))
  const near = nearest(name.slice(prefix.length), parts).map((part) => prefix + part)
  if (near.length > 0) return `nearest: ${near.join(', ')}`
  if (siblings.length > 0) return suggest(name, siblings)
  return suggest(prefix, new Set(all.map((other) => other.slice(0, other.indexOf('/') + 1))))
}

function namesIn({ expect, setup = [], teardown = [] }: Case): { name: string; path: Path }[] {
  const called = (expect.calls ?? []).flatMap((expected, call) => [
    { name: expected.tool, path: ['expect', 'calls', call, 'tool'] },
    // Names stand before calls here, and mixed with them in the file: the list is place enough.
    ...acceptedTools(expected)
      .slice(1)
      .map((name, index) => ({
        name,
        path: ['expect', 'calls', call, 'alternatives', ...(expected.alternativeCalls ? [] : [index])],
      })),
  ])
  const fixed = fixedCalls({ expect, setup, teardown }).map(({ call, path }) => ({
    name: call.tool,
    path: [...path, 'tool'],
  }))
  return [
    ...called,
    ...fixed,
    ...expect.forbid.map((name, index) => ({ name, path: ['expect', 'forbid', index] })),
  ]
}

/** The calls that the runner makes. */
function fixedCalls({ expect, setup = [], teardown = [] }: Pick<Case, 'expect' | 'setup' | 'teardown'>) {
  const placed = (calls: readonly FixedCall[], ...above: Path) =>
    calls.map((call, index) => ({ call, path: [...above, index] }))
  return [
    ...placed(setup, 'setup'),
    ...placed(teardown, 'teardown'),
    ...placed(expect.state ?? [], 'expect', 'state'),
  ]
}

/** Arguments that its tool would refuse: the call could only fail. */
function checkFixedCalls(each: Case, byName: ReadonlyMap<string, Tool>): Problem[] {
  return fixedCalls(each).flatMap(({ call, path }) => {
    const error = compileSchema(byName.get(call.tool)?.inputSchema ?? {})?.(call.args)[0]
    if (!error) return []
    const at = [...path, 'args']
    const where = error.instancePath === '' ? '' : ` at ${error.instancePath}`
    const message = `${formatPath(at)}: ${call.tool} does not take these arguments${where}: ${error.message ?? 'not valid'}`
    return [{ location: each.locate(at), message }]
  })
}

function checkCalls({ expect, locate }: Case, byName: ReadonlyMap<string, Tool>): Problem[] {
  return (expect.calls ?? []).flatMap((call, index) =>
    acceptedTools(call).flatMap((name, place) => {
      const tool = byName.get(name)
      const own = call.alternativeCalls?.[place - 1 - call.alternatives.length]
      const path = ['expect', 'calls', index, own ? 'alternatives' : 'args']
      if (!tool) return []
      return checkArguments(own ?? call, tool, path).map(({ path, ...problem }) => ({
        location: locate(path),
        ...problem,
      }))
    }),
  )
}
