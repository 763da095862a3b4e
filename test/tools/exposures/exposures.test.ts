import { afterAll, beforeAll, expect, test } from 'vitest'
import { createExposure, exposureNames } from '../../../src/tools/exposures/exposures.ts'
import type { Toolset } from '../../../src/tools/toolset.ts'
import { contractToolset, describeExposureContract, openContractToolset } from '../../contracts/exposure.ts'

let servers: Toolset
beforeAll(async () => {
  servers = await openContractToolset()
})
afterAll(() => servers.close())

for (const name of exposureNames) {
  const isChoice = name === 'curated' || name === 'composite'
  const hides = (tool: string) => isChoice && !contractToolset.curated?.includes(tool)
  const create = () => createExposure(name, contractToolset)
  describeExposureContract(name, create, () => servers, hides)
}

test('an unknown exposure is answered with the nearest', () => {
  expect(() => createExposure('serch', contractToolset)).toThrow(
    'there is no exposure serch\ndid you mean search? there are full, curated,',
  )
  expect(() => createExposure('everything-at-once', contractToolset)).toThrow(
    `there are ${exposureNames.join(', ')}`,
  )
})
