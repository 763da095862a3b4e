import { basename } from 'node:path'
import type { EntityJson } from '@cedar-policy/cedar-wasm/nodejs'
import { isMap, isScalar, isSeq, LineCounter, parseDocument, Scalar, type YAMLMap } from 'yaml'
import type { PolicyEngine } from '../domain/policy.ts'
import { describeError, type Location, type Problem, UsageError } from '../errors.ts'
import { cedarEngine } from './cedar.ts'
import { defaultGroups, type GroupOptions } from './cedar-request.ts'
import type { CedarSource } from './cedar-set.ts'
import { hashTexts, type PolicyFile, placeOf } from './policy-file.ts'

/** ToolHive's authorization configs: `{version, type: cedarv1, cedar: {policies, entities_json, group_claim_name, …}}`. */
export async function loadToolhiveConfigs(files: readonly PolicyFile[]): Promise<readonly PolicyEngine[]> {
  return await Promise.all(files.map(loadConfig))
}

async function loadConfig(file: PolicyFile): Promise<PolicyEngine> {
  const lines = new LineCounter()
  const document = parseDocument(file.text, { lineCounter: lines })
  const locate = (offset: number): Location => {
    const { line, col } = lines.linePos(offset)
    return { file: file.path, line, column: col }
  }
  const fail = (problem: Problem): never => {
    throw new UsageError([problem])
  }
  const [broken] = document.errors
  if (broken)
    return fail({ location: locate(broken.pos[0]), message: broken.message.split(' at line')[0] ?? '' })
  const at = (node: unknown) =>
    locate((isScalar(node) || isMap(node) || isSeq(node) ? node.range?.[0] : null) ?? 0)
  const cedar = document.get('cedar', true)
  if (!isMap(cedar)) return fail({ location: at(document.contents), message: 'Expected a map "cedar"' })
  const policies = cedar.get('policies', true)
  if (!isSeq(policies) || policies.items.length === 0)
    return fail({ location: at(policies ?? cedar), message: 'Expected "policies", a list of Cedar policies' })
  const sources = policies.items.map((item, index): CedarSource => {
    if (!isScalar(item) || typeof item.value !== 'string')
      return fail({ location: at(item), message: 'Expected a Cedar policy, as a string' })
    const locateIn = policyLocator(file, item, item.value, locate)
    return { name: basename(file.path), first: index + 1, text: item.value, locate: locateIn }
  })
  return await cedarEngine({
    sources,
    entities: await entitiesOf(cedar, (message, node) => fail({ location: at(node), message })),
    groups: groupsOf(cedar),
    policySetHash: hashTexts([file.text]),
  })
}

async function entitiesOf(
  cedar: YAMLMap,
  fail: (message: string, node: unknown) => never,
): Promise<readonly EntityJson[]> {
  const node = cedar.get('entities_json', true)
  const text = cedar.get('entities_json')
  if (text === undefined || text === '') return []
  if (typeof text !== 'string') return fail('Expected "entities_json", a string of JSON', node)
  let entities: unknown
  try {
    entities = JSON.parse(text)
  } catch (error) {
    return fail(`"entities_json" is not JSON: ${describeError(error)}`, node)
  }
  if (!Array.isArray(entities)) return fail('Expected "entities_json", a JSON list of entities', node)
  const { checkParseEntities } = await import('@cedar-policy/cedar-wasm/nodejs')
  const answer = checkParseEntities({ entities })
  return answer.type === 'success' ? entities : fail(`"entities_json": ${answer.errors[0]?.message}`, node)
}

function groupsOf(cedar: YAMLMap): GroupOptions {
  const option = (name: string) => {
    const value = cedar.get(name)
    return typeof value === 'string' && value !== '' ? value : null
  }
  const claim = option('group_claim_name')
  return {
    entityType: option('group_entity_type') ?? defaultGroups.entityType,
    groupClaims: claim === null ? defaultGroups.groupClaims : [claim, ...defaultGroups.groupClaims],
    roleClaim: option('role_claim_name'),
  }
}

/** A place inside a literal block (`|`) is exact; in quotes, where escapes shift columns, it is that of the policy. */
function policyLocator(file: PolicyFile, node: Scalar, text: string, locate: (offset: number) => Location) {
  const start = locate(node.range?.[0] ?? 0)
  if (node.type !== Scalar.BLOCK_LITERAL) return () => start
  const first = file.text.split('\n')[start.line] ?? ''
  const indent = first.length - first.trimStart().length
  return (byteOffset: number): Location => {
    const { line, column } = placeOf(text, byteOffset)
    return { file: file.path, line: start.line + line, column: indent + column }
  }
}
