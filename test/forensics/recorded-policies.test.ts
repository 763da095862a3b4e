import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { unknownIdentity } from '../../src/domain/identity.ts'
import type { Suite } from '../../src/domain/suite.ts'
import { hashOf, recordedPolicies } from '../../src/forensics/recorded-policies.ts'
import { suiteOf } from '../evaluate/suites.ts'
import { decision, span } from './chain-views.ts'

const readOnly = [resolve('policies/read-only.cedar')]
const bounded = [resolve('policies/bounded-calls.cedar')]
const missing = [resolve('policies/none.cedar')]
const suite = (policies: readonly string[]): Suite => ({ ...suiteOf('s', [], []), policies })
const suites = [[], missing, bounded, readOnly].map(suite)

test('the policies that judged a chain are those of a suite whose texts say the same', async () => {
  const hash = (await hashOf(readOnly)) ?? ''
  const judged = { policies: [{ ...decision, policy_set_hash: hash }], spans: [] }
  expect(await recordedPolicies(judged, suites)).toEqual({ hash, files: readOnly })
  expect(await recordedPolicies(judged, suites.slice(0, 3))).toEqual({ hash, files: null })
})

test('policies that were asked nothing are those of the identity, and none are none', async () => {
  const hash = (await hashOf(bounded)) ?? ''
  const permissions = { ...unknownIdentity.permissions, policySetHash: hash }
  const asked = span('m', { identity: JSON.stringify({ ...unknownIdentity, permissions }) })
  const of = (spans: readonly ReturnType<typeof span>[]) => recordedPolicies({ policies: [], spans }, suites)
  expect(await of([span('a', {}), asked])).toEqual({ hash, files: bounded })
  expect(await of([span('a', {})])).toBeNull()
})
