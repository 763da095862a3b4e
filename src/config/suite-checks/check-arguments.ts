import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import type { AlternativeCall, ExpectedCall, Matcher } from '../../domain/suite.ts'
import type { Tool } from '../../domain/tool.ts'
import type { Problem } from '../../errors.ts'
import { compileSchema } from '../compile-schema.ts'
import { formatPath, suggest } from '../validate.ts'
import { couldMatch, matchesAbsence } from './could-match.ts'
import { type Branch, branchesOf } from './schema-branches.ts'
import { couldFit, membersAt, requiredOf } from './schema-members.ts'

type Path = readonly (string | number)[]
export type Finding = Omit<Problem, 'location'> & { readonly path: Path }

/** An argument of an expected call, and what its tool says of it. */
interface Expected {
  readonly argument: string
  readonly matcher: Matcher
  readonly tool: Tool
  /** The ways to fit the schema of the tool. */
  readonly ways: readonly Branch[]
  readonly path: Path
}

/** The arguments with which no call that the tool takes could pass. */
export function checkArguments({ args }: AlternativeCall, tool: Tool, above: Path): readonly Finding[] {
  const ways = branchesOf({ schema: tool.inputSchema, root: tool.inputSchema })
  return Object.entries(args).flatMap(([argument, matcher]) => {
    const expected = { argument, matcher, tool, ways, path: [...above, argument] }
    const findings = [...unknownArgument(expected), ...refusedValues(expected)]
    return findings.length > 0 ? findings : impossibleArgument(expected)
  })
}

/** Arguments that a suite could not expect of the tool: it has no such argument, or does not take such a value. */
export function impossibleArguments(call: ExpectedCall, tool: Tool): ReadonlySet<string> {
  const findings = checkArguments(call, tool, [])
  return new Set(
    findings.flatMap(({ path: [argument] }) => (argument === undefined ? [] : [String(argument)])),
  )
}

function unknownArgument({ argument, matcher, tool, ways, path }: Expected): readonly Finding[] {
  const isTaken = (way: Branch) => isOpen(way) || way.some(({ schema }) => names(schema, argument))
  const isKnown = ways.length === 0 || ways.some(isTaken)
  if (isKnown || matchesAbsence(matcher)) return []
  const known = ways.flatMap((way) => way.flatMap(({ schema }) => propertyNames(schema)))
  const message = `${formatPath(path)}: no argument "${argument}" of ${tool.name}`
  return [{ path, message, hint: suggest(argument, new Set(known)) }]
}

const propertyNames = ({ properties }: JsonObject) =>
  isJsonObject(properties) ? Object.keys(properties) : []

/** A schema that names no arguments, and does not say that there are no others, takes any. */
function isOpen(way: Branch): boolean {
  return way.every(
    ({ schema }) =>
      !isJsonObject(schema.properties) &&
      schema.additionalProperties !== false &&
      schema.unevaluatedProperties !== false,
  )
}

/** One that names some and says nothing of others is taken to have no others, unlike by the rules of JSON Schema. */
function names(schema: JsonObject, argument: string): boolean {
  const { additionalProperties, patternProperties, unevaluatedProperties } = schema
  if ([additionalProperties, unevaluatedProperties].some((rest) => rest === true || isJsonObject(rest)))
    return true
  const patterns = isJsonObject(patternProperties) ? Object.keys(patternProperties) : []
  return (
    propertyNames(schema).includes(argument) ||
    patterns.some((pattern) => couldFit(pattern, argument)) ||
    (additionalProperties !== false && ofOthers.some((keyword) => Object.hasOwn(schema, keyword)))
  )
}

/** What may speak of arguments that `properties` does not name. */
const ofOthers = ['if', 'dependentSchemas', 'dependencies', 'propertyNames', '$dynamicRef']

/** Values that are named, where there is no other way to match, and that the schema refuses whatever the other arguments are. */
function refusedValues({ argument, matcher, tool, path: above }: Expected): readonly Finding[] {
  if (isConditional(tool.inputSchema)) return []
  const validate = compileSchema(tool.inputSchema)
  const refused = literals(matcher).flatMap(({ value, below }) => {
    const error = validate?.({ [argument]: value }).find(({ instancePath }) =>
      isWithin(instancePath, argument),
    )
    if (!error) return []
    const path = [...above, ...below]
    const why = error.message ?? 'is not valid'
    return [{ path, message: `${formatPath(path)}: ${tool.name} does not take this value: it ${why}` }]
  })
  return refused.length === waysToMatch(matcher) ? refused : []
}

/** What an argument may be then depends on others, which the expectation need not name. */
const conditional = [
  '$ref',
  '$dynamicRef',
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'if',
  'dependentSchemas',
  'dependencies',
]
const isConditional = (schema: JsonObject) => conditional.some((keyword) => Object.hasOwn(schema, keyword))

function waysToMatch(matcher: Matcher): number {
  if ('anyOf' in matcher) return matcher.anyOf.reduce((sum, each) => sum + waysToMatch(each), 0)
  return 'oneOf' in matcher ? matcher.oneOf.length : 1
}

/** Those that a schema validator sees as they are. */
function literals(matcher: Matcher): { value: Json; below: Path }[] {
  const found = namedValues(matcher)
  return found.filter(({ value }) => !/"\$number"|\[redacted:/.test(JSON.stringify(value)))
}

function namedValues(matcher: Matcher): { value: Json; below: Path }[] {
  if ('equals' in matcher) return [{ value: matcher.equals, below: ['equals'] }]
  if ('anyOf' in matcher)
    return matcher.anyOf.flatMap((each, index) =>
      namedValues(each).map(({ value, below }) => ({ value, below: ['anyOf', index, ...below] })),
    )
  return 'oneOf' in matcher ? matcher.oneOf.map((value, index) => ({ value, below: ['oneOf', index] })) : []
}

/** Errors about other arguments (one that is required and not named) are no mistake of a suite. */
function isWithin(instancePath: string, argument: string): boolean {
  const pointer = `/${argument.replaceAll('~', '~0').replaceAll('/', '~1')}`
  return instancePath === pointer || instancePath.startsWith(`${pointer}/`)
}

function impossibleArgument({ argument, matcher, tool, ways, path }: Expected): readonly Finding[] {
  const isOptional = ways.some((way) => !way.some(({ schema }) => requiredOf(schema).includes(argument)))
  const absence = matchesAbsence(matcher)
  if ((absence && isOptional) || ways.length === 0) return []
  if (ways.some((way) => couldMatch(membersAt(way, argument), matcher))) return []
  const place = formatPath(path)
  if (absence) return [{ path, message: `${place}: ${tool.name} requires it` }]
  const at = [...path, ...Object.keys(matcher).slice(0, 1)]
  return [
    {
      path: at,
      message: `${formatPath(at)}: no value that ${tool.name} takes could match`,
      hint: `${argument} is ${describe(ways, argument)}: expect such a value, or leave it out of args`,
    },
  ]
}

const longest = 160
const prose = new Set(['description', 'title', 'default', 'examples', '$comment'])

function describe(ways: readonly Branch[], argument: string): string {
  const schemas = ways.flatMap((way) => membersAt(way, argument).map(({ schema }) => schema))
  const texts = schemas.map((schema) =>
    JSON.stringify(schema, (key, value: unknown) => (prose.has(key) ? undefined : value)),
  )
  const text = [...new Set(texts)].join(' or ')
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
