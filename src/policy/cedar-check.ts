import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs'
import { nearest } from '../domain/nearest.ts'
import type { Location, Problem } from '../errors.ts'
import { chainAttributes, knownAttributes, schemaFor } from './cedar-schema.ts'
import type { CedarSet, CedarSource } from './cedar-set.ts'
import { type PolicyUses, usesOf } from './cedar-uses.ts'

interface LocatedPolicy {
  readonly id: string
  readonly text: string
  readonly json: Cedar.PolicyJson
  readonly locate: (byteOffset: number) => Location
}

/** Stricter than evaluation: what these say is refused works at run time and is left to it. */
const merelyStrict = /non-literal|empty set literals/

/**
 * Every policy of a set by its id, its `@id` annotation or file and number; and all that is wrong with them: syntax, names
 * used twice, unknown types, actions and attributes, and comparisons that can never hold.
 */
export function checkPolicies(cedar: typeof Cedar, set: CedarSet) {
  const problems: Problem[] = []
  const policies: Record<string, string> = {}
  for (const source of set.sources) {
    const { located, errors } = splitPolicies(cedar, source)
    problems.push(...errors.map((error) => problemOf(error, source.locate)))
    for (const policy of located) {
      if (Object.hasOwn(policies, policy.id)) {
        const message = `Two policies have the id "${policy.id}"`
        problems.push({ location: policy.locate(0), message, hint: 'The id names a policy in decisions.' })
      }
      policies[policy.id] = policy.text
      problems.push(...problemsIn(cedar, policy, set))
    }
  }
  return { policies, problems }
}

function splitPolicies(cedar: typeof Cedar, source: CedarSource) {
  const checked = cedar.checkParsePolicySet({ staticPolicies: source.text })
  const parts = cedar.policySetTextToParts(source.text)
  if (checked.type === 'failure') return { located: [], errors: checked.errors }
  if (parts.type === 'failure') return { located: [], errors: parts.errors }
  const starts = startsOf(source.text, parts.policies)
  const located = starts.flatMap(({ text, start }, index) => locatedPolicy(cedar, source, text, start, index))
  return { located, errors: [] }
}

/** Cedar hands the policies out in the order of generated ids (0, 1, 10, 2 …); here they are in the order of the file. */
function startsOf(text: string, policies: readonly string[]) {
  const from = new Map<string, number>()
  const found = policies.map((policy) => {
    const start = text.indexOf(policy, from.get(policy) ?? 0)
    from.set(policy, start + 1)
    return { text: policy, start }
  })
  return found.sort((a, b) => a.start - b.start)
}

function locatedPolicy(
  cedar: typeof Cedar,
  source: CedarSource,
  text: string,
  start: number,
  index: number,
): readonly LocatedPolicy[] {
  const answer = cedar.policyToJson(text)
  if (answer.type === 'failure') return []
  const id = answer.json.annotations?.id || `${source.name}#${source.first + index}`
  const startByte = Buffer.byteLength(source.text.slice(0, start))
  return [{ id, text, json: answer.json, locate: (offset) => source.locate(startByte + offset) }]
}

function problemsIn(cedar: typeof Cedar, policy: LocatedPolicy, set: CedarSet): readonly Problem[] {
  const uses = usesOf(policy.json.conditions)
  const known = set.entities.flatMap(({ uid, parents }) => [uid, ...parents])
  const knownTypes = known.map((uid) => ('__entity' in uid ? uid.__entity.type : uid.type))
  const answer = cedar.validate({
    schema: schemaFor(uses, set.groups, knownTypes),
    policies: { staticPolicies: { [policy.id]: policy.text } },
    validationSettings: { mode: 'strict' },
  })
  const errors = answer.type === 'failure' ? answer.errors : answer.validationErrors.map(({ error }) => error)
  const found = errors
    .filter((error) => !merelyStrict.test(error.message))
    .map((error) => problemOf(error, policy.locate))
  // Cedar says the same once for each type of resource.
  const byPlace = [...found, ...unknownTests(uses, policy)].map(
    (p) => [JSON.stringify(p.location), p] as const,
  )
  return [...new Map(byPlace).values()]
}

function unknownTests(uses: PolicyUses, policy: LocatedPolicy): readonly Problem[] {
  return uses.tested.flatMap(([variable = '', name = '', second]) => {
    const isChain = variable === 'context' && name === 'chain'
    const isOpen = /^(?:arg|claim)_/.test(name)
    const known = isChain && second !== undefined ? chainAttributes : knownAttributes(variable)
    const asked = isChain && second !== undefined ? second : name
    if (isOpen || known.includes(asked)) return []
    const [likely] = nearest(asked, known)
    const start = policy.text.search(new RegExp(`\\bhas\\s+[^&|]*${escapePattern(asked)}`))
    return [
      {
        location: policy.locate(Buffer.byteLength(policy.text.slice(0, Math.max(0, start)))),
        message: `${variable} never has the attribute "${asked}"`,
        hint: likely ? `Did you mean ${likely}?` : `Expected ${[...known, 'arg_*', 'claim_*'].join(', ')}.`,
      },
    ]
  })
}

function problemOf(error: Cedar.DetailedError, locate: (byteOffset: number) => Location): Problem {
  const [place] = error.sourceLocations ?? []
  const message = error.message
    .replace(/^for policy `[^`]*`, /, '')
    .replace(/^failed to parse policies from string: /, '')
    .replace(/ on entity type `(?:Tool|Prompt|Resource|FeatureType)`/, ' of the resource')
  const expected = place?.label ? `: ${place.label}` : ''
  const hint = hintFor(error)
  return {
    location: locate(place?.start ?? 0),
    message: `${message}${expected}`,
    ...(hint === null ? {} : { hint }),
  }
}

function hintFor({ message, help }: Cedar.DetailedError): string | null {
  if (/\bdecimal\b/.test(message))
    return 'JSON numbers are decimals in Cedar: context.arg_n.lessThan(decimal("3.0")), == decimal("3.0").'
  return help?.replace(/^for policy `[^`]*`, /, '') ?? null
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
