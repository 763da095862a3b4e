import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { loadConfig } from '../../../src/config/calltrail-config.ts'
import { loadSuites } from '../../../src/config/suites.ts'
import type { Suite } from '../../../src/domain/suite.ts'
import { type Import, writeSuite } from '../../../src/evaluate/imports/imported-suite.ts'
import { closeStages, setStages } from '../../../src/evaluate/stage.ts'
import { folderWith } from '../../config/files.ts'

const { signal } = new AbortController()

/** As eval would: read, and checked against the tools of its cassette. */
export async function load(imported: Import): Promise<Suite> {
  const folder = await folderWith({ 'calltrail.yaml': '{}\n' })
  await writeSuite(join(folder, 'out.yaml'), imported)
  const [suite] = await loadSuites(['out.yaml'], await loadConfig(undefined, folder))
  if (!suite) throw new Error('no suite')
  await closeStages(await setStages({ suites: [suite], exposures: ['full'], servers: [], signal }))
  expect(await readFile(join(folder, 'out.yaml'), 'utf8')).toContain('# Left: ')
  return suite
}
