import { access } from 'node:fs/promises'
import type { ToolsetDefinition } from '../domain/suite.ts'
import type { Problem } from '../errors.ts'
import type { Cassette } from './cassette-file.ts'
import { displayPath, type LocatedDocument } from './located-document.ts'
import type { WrittenSuite } from './suite-schema.ts'
import { formatPath, suggest } from './validate.ts'

/** A case whose tools have nothing to answer. */
export function unrecorded(
  { cases }: WrittenSuite,
  { toolset, recordings }: Pick<Cassette, 'recordings'> & { readonly toolset: ToolsetDefinition },
  document: LocatedDocument,
) {
  return cases.flatMap(({ id }, index): Problem[] => {
    if (recordings.has(id)) return []
    const path = ['cases', index, 'id']
    const message = `${formatPath(path)}: nothing was recorded for "${id}" in ${toolset.cassette?.file}`
    return [{ location: document.locate(path), message, hint: suggest(id, recordings.keys()) }]
  })
}

export function withoutJudge({ cases, judge }: WrittenSuite, document: LocatedDocument): Problem[] {
  if (judge !== undefined) return []
  return cases.flatMap(({ expect }, index) => {
    const path = ['cases', index, 'expect', 'judge']
    const message = `${formatPath(path)}: nobody is there to judge it`
    const hint = 'add `judge: MODEL` to the suite, such as openai:gpt-5-mini'
    return expect.judge ? [{ location: document.locate(path), message, hint }] : []
  })
}

export function repeatedIds({ cases }: WrittenSuite, document: LocatedDocument): Problem[] {
  return cases.flatMap(({ id }, index) => {
    const first = cases.findIndex((other) => other.id === id)
    if (first === index) return []
    const path = ['cases', index, 'id']
    const { line } = document.locate(['cases', first, 'id'])
    const message = `${formatPath(path)}: "${id}" is the id of the case in line ${line} already`
    return [{ location: document.locate(path), message }]
  })
}

export async function missingPolicies(
  policies: readonly string[],
  document: LocatedDocument,
  cwd: string,
): Promise<Problem[]> {
  const checks = policies.map(async (policy, index) => {
    const path = ['policies', index]
    const problem = {
      location: document.locate(path),
      message: `${formatPath(path)}: no such file: ${displayPath(policy, cwd)}`,
      hint: 'a path goes from the folder of the suite',
    }
    return access(policy).then(
      () => [],
      () => [problem],
    )
  })
  return (await Promise.all(checks)).flat()
}
