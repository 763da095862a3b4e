import { z } from 'zod'
import { nearest } from '../domain/nearest.ts'
import { type Problem, UsageError } from '../errors.ts'
import type { DocumentPath, LocatedDocument } from './located-document.ts'

type Issue = z.core.$ZodIssue

/** The value at `at` as the schema reads it. Throws a `UsageError` with all that is wrong with it, each with its place. */
export function validate<S extends z.ZodType>(
  schema: S,
  document: LocatedDocument,
  at: DocumentPath = [],
): z.output<S> {
  const result = schema.safeParse(valueAt(document.value, at), { reportInput: true, error: validKeys })
  if (result.success) return result.data
  throw new UsageError(result.error.issues.flatMap((issue) => explain(issue, document, at)))
}

function valueAt(value: unknown, path: DocumentPath): unknown {
  return path.reduce((inner, step) => (inner === null ? inner : Reflect.get(Object(inner), step)), value)
}

/** Only the schema knows which keys it has, and only here does zod hand it over; the message carries them to `explain`. */
function validKeys(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'unrecognized_keys' || !(issue.inst instanceof z.ZodObject)) return undefined
  return Object.keys(issue.inst.shape).join(', ')
}

function explain(issue: Issue, document: LocatedDocument, above: DocumentPath): Problem[] {
  const path = [...above, ...issue.path]
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.message.split(', ')
    return issue.keys.map((key) => ({
      location: document.locateKey([...path, key]),
      message: `${prefix(path)}unknown key "${key}"`,
      hint: suggest(key, keys),
    }))
  }
  if (issue.code === 'invalid_union') {
    const branch = intendedBranch(issue.errors)
    if (branch) return branch.flatMap((inner) => explain(inner, document, path))
  }
  if (issue.code === 'invalid_key') return [explainKey(issue, document, path)]
  const missing = issue.input === undefined && path.length > 0
  const problem = missing
    ? {
        message: `${prefix(path.slice(0, -1))}"${String(path.at(-1))}" is missing: expected ${expected(issue)}`,
      }
    : { message: `${prefix(path)}${complaint(issue)}`, ...choices(issue) }
  return [{ location: document.locate(path), ...problem }]
}

function explainKey(
  { issues }: z.core.$ZodIssueInvalidKey,
  document: LocatedDocument,
  path: DocumentPath,
): Problem {
  const why = issues.map(complaint).join(', ')
  return {
    location: document.locateKey(path),
    message: `${prefix(path.slice(0, -1))}the key ${JSON.stringify(path.at(-1))}: ${why}`,
  }
}

/** The alternative that the person was writing: the first whose outer type fits. */
function intendedBranch(branches: readonly Issue[][]): readonly Issue[] | undefined {
  return branches.find((issues) => !issues.some(isOtherType))
}

function isOtherType(issue: Issue): boolean {
  if (issue.path.length > 0) return false
  return issue.code === 'invalid_type' || (issue.code === 'invalid_union' && !intendedBranch(issue.errors))
}

function complaint(issue: Issue): string {
  if (issue.code === 'invalid_value' && typeof issue.input === 'string')
    return `expected ${expected(issue)}, found ${JSON.stringify(issue.input.slice(0, 60))}`
  const isTyped = ['invalid_type', 'invalid_value', 'invalid_union'].includes(issue.code)
  if (isTyped) return `expected ${expected(issue)}, found ${describeValue(issue.input)}`
  if (issue.code === 'too_small' && issue.origin === 'number')
    return `expected a number ${issue.inclusive ? 'from' : 'above'} ${issue.minimum}${issue.inclusive ? ' on' : ''}`
  if (issue.code === 'too_small') return 'must not be empty'
  const isText = issue.code === 'invalid_format' && typeof issue.input === 'string'
  return isText ? `${issue.message}, found ${JSON.stringify(issue.input.slice(0, 60))}` : issue.message
}

const nouns: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  number: 'a number',
  boolean: 'true or false',
}

function expected(issue: Issue): string {
  if (issue.code === 'invalid_type') return nouns[issue.expected] ?? issue.expected
  if (issue.code === 'invalid_value') return issue.values.map(String).join(' | ')
  if (issue.code !== 'invalid_union') return issue.message
  return [...new Set(issue.errors.flatMap((branch) => branch.slice(0, 1).map(expected)))].join(' or ')
}

function choices(issue: Issue): { hint?: string } {
  if (issue.code === 'invalid_value' && typeof issue.input === 'string') {
    const near = nearest(issue.input, issue.values.map(String))
    return near.length > 0 ? { hint: `nearest: ${near.join(', ')}` } : {}
  }
  const bare = typeof issue.input === 'number' || typeof issue.input === 'boolean'
  const quoting = issue.code === 'invalid_type' && issue.expected === 'string' && bare
  return quoting ? { hint: `put it in quotes: "${String(issue.input)}"` } : {}
}

/** `nearest: a, b`, or what there is where none is near. */
export function suggest(name: string, candidates: Iterable<string>): string {
  const all = [...candidates]
  const near = nearest(name, all)
  if (near.length > 0) return `nearest: ${near.join(', ')}`
  const shown = all.slice(0, 12)
  const more = all.length > shown.length ? `, and ${all.length - shown.length} more` : ''
  return all.length > 0 ? `there are: ${shown.join(', ')}${more}` : 'there are none'
}

/** `cases[0].expect.calls`. */
export function formatPath(path: DocumentPath): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${String(step)}`))
    .join('')
}

function prefix(path: DocumentPath): string {
  return path.length > 0 ? `${formatPath(path)}: ` : ''
}

/** Text is not shown: where it is not expected, it may be a secret in the wrong place. */
function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  return typeof value === 'string' ? 'text' : `the ${typeof value} ${String(value)}`
}
