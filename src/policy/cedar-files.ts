import { basename } from 'node:path'
import type { PolicyEngine } from '../domain/policy.ts'
import { cedarEngine } from './cedar.ts'
import { defaultGroups } from './cedar-request.ts'
import { hashTexts, locationIn, type PolicyFile } from './policy-file.ts'

/** All files together are one policy set, so that a `forbid` of one and a `permit` of another meet. */
export async function loadCedarFiles(files: readonly PolicyFile[]): Promise<readonly PolicyEngine[]> {
  const sources = files.map((file) => ({
    name: basename(file.path),
    first: 1,
    text: file.text,
    locate: (byteOffset: number) => locationIn(file, byteOffset),
  }))
  const engine = await cedarEngine({
    sources,
    entities: [],
    groups: defaultGroups,
    policySetHash: hashTexts(files.map((file) => file.text)),
  })
  return [engine]
}
