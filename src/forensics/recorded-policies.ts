import { isJsonObject, readJson } from '../domain/json.ts'
import type { Suite } from '../domain/suite.ts'
import { UsageError } from '../errors.ts'
import { loadPolicySet } from '../policy/engines.ts'
import type { ChainRecord } from './chain-record.ts'

/** The policies that judged the calls of a chain. */
export interface RecordedPolicies {
  /** Of their texts. */
  readonly hash: string
  /** Absolute paths; null where the policies of no suite say what these said. */
  readonly files: readonly string[] | null
}

/** Null where no policy was asked. A recording knows what policies say by its hash alone: their files are those of a suite. */
export async function recordedPolicies(
  record: Pick<ChainRecord, 'policies' | 'spans'>,
  suites: readonly Suite[],
): Promise<RecordedPolicies | null> {
  const hash = policySetHash(record)
  if (hash === null) return null
  for (const { policies: files } of suites) if ((await hashOf(files)) === hash) return { hash, files }
  return { hash, files: null }
}

function policySetHash({ policies, spans }: Pick<ChainRecord, 'policies' | 'spans'>): string | null {
  const [decision] = policies
  if (decision) return decision.policy_set_hash
  const [known] = spans.flatMap(({ identity }) => {
    const read = readJson(identity)
    const permissions = isJsonObject(read) && isJsonObject(read.permissions) ? read.permissions : {}
    return typeof permissions.policySetHash === 'string' ? [permissions.policySetHash] : []
  })
  return known ?? null
}

/** Null of no files, and of those with a mistake. */
export async function hashOf(files: readonly string[]): Promise<string | null> {
  try {
    return (await loadPolicySet(files))?.policySetHash ?? null
  } catch (error) {
    if (error instanceof UsageError) return null
    throw error
  }
}
