import { type Problem, UsageError } from '../errors.ts'
import type { DocumentPath, LocatedDocument } from './located-document.ts'
import { formatPath } from './validate.ts'

export type Variables = Readonly<Record<string, string | undefined>>

const workspaceVariable = 'CALLTRAIL_WORKSPACE'
const reference = /\$\{([^{}]*)\}/g
// `${VAR}` and `${VAR:-default}` as Claude Code writes them, `${env:VAR}` as VS Code and Cursor do.
const variable = /^(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s

/**
 * Replaces variables in what was written at a path. `CALLTRAIL_WORKSPACE` stays: each run has its own. `finish` throws
 * a `UsageError` that names each variable that is not set and each reference that cannot be expanded; never a value.
 */
export function createExpander(document: LocatedDocument, variables: Variables) {
  const problems: Problem[] = []

  const text = (value: string, path: DocumentPath): string =>
    value.replace(reference, (whole, inner: string) => {
      const [, name, fallback] = variable.exec(inner) ?? []
      if (name === workspaceVariable) return whole
      const found = name === undefined ? undefined : (variables[name] ?? fallback)
      if (found === undefined) problems.push(unexpanded(name, whole, document, path))
      return found ?? whole
    })

  return {
    text,
    list: (values: readonly string[], path: DocumentPath) =>
      values.map((value, index) => text(value, [...path, index])),
    record: (values: Readonly<Record<string, string>>, path: DocumentPath) =>
      Object.fromEntries(Object.entries(values).map(([key, value]) => [key, text(value, [...path, key])])),
    /** What `finish` throws, for those who have more to say. */
    problems: problems as readonly Problem[],
    finish: () => {
      if (problems.length > 0) throw new UsageError(problems)
    },
  }
}

function unexpanded(
  name: string | undefined,
  whole: string,
  document: LocatedDocument,
  path: DocumentPath,
): Problem {
  const location = document.locate(path)
  const at = formatPath(path)
  if (name !== undefined) {
    const hint = `set it, or write \${${name}:-default}`
    return { location, message: `${at}: the variable ${name} is not set`, hint }
  }
  return {
    location,
    message: `${at}: ${whole} cannot be expanded here`,
    hint: `expected \${VAR} or \${VAR:-default}`,
  }
}
