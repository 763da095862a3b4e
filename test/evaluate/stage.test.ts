import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Suite } from '../../src/domain/suite.ts'
import { UsageError } from '../../src/errors.ts'
import { setStages } from '../../src/evaluate/stage.ts'
import { caseOf, folder, servers } from './played-run.ts'
import { suiteOf } from './suites.ts'
import { expected } from './transcripts.ts'

const echo = caseOf('echo', { calls: [expected('bench/echo', { title: { equals: 'a' } })] })

describe('before the first model is called', () => {
  const waits: (readonly string[])[] = []
  const onWaiting = (names: readonly string[]) => void waits.push(names)
  const set = (suites: readonly Suite[], exposures = ['full']) =>
    setStages({ suites, exposures, servers, signal: new AbortController().signal, onWaiting })

  test('a tool that no server has is a mistake of the suite; until it is known, its server is waited for', async () => {
    waits.length = 0
    const suite = suiteOf('files', ['bench'], [caseOf('typo', { calls: [expected('bench/ecko')] })])
    await expect(set([suite])).rejects.toThrow(/no tool "bench\/ecko".*bench\/echo/s)
    expect(waits).toEqual([['bench'], []])
  })

  test('an exposure that the toolset cannot have is one too', async () => {
    await expect(set([suiteOf('files', ['bench'], [echo])], ['curated'])).rejects.toThrow(/nobody curated/)
    await expect(set([suiteOf('files', ['bench'], [echo])], ['ful'])).rejects.toThrow(/did you mean full/)
  })

  test('fixtures that no server would find are refused where they stand', async () => {
    const laid = { ...echo, writes: true, fixtures: { 'a.txt': 'a' } }
    const suite = suiteOf('files', ['bench'], [laid])
    await expect(set([suite])).rejects.toThrow(/:1:1 {2}fixtures: the toolset bench has no workspace/)
    const given = { ...suite, toolset: { ...suite.toolset, workspace: folder } }
    await expect(set([given])).rejects.toThrow(
      /:1:1 {2}fixtures: no server of the toolset bench works on its workspace.*\n.*CALLTRAIL_WORKSPACE:-FOLDER/,
    )
  })

  test('mistakes in several policies are told together', async () => {
    const files = ['x.cedar', 'y.cedar'].map((name) => join(folder, name))
    for (const file of files) await writeFile(file, 'permit(principal')
    const suites = files.map((file, index) => suiteOf(`s${index}`, ['bench'], [echo], [file]))
    const told = await set(suites).catch((error: Error) => error.message)
    expect(told).toMatch(/x\.cedar:1:\d+/)
    expect(told).toMatch(/y\.cedar:1:\d+/)
  })

  test('a policy that does not parse says where', async () => {
    const policy = join(folder, 'broken.cedar')
    await writeFile(policy, 'permit(principal, action, resource)\nwhen { context. };\n')
    const wrong = set([suiteOf('files', ['bench'], [echo], [policy])])
    await expect(wrong).rejects.toThrow(UsageError)
    await expect(wrong).rejects.toThrow(/broken\.cedar:2:\d+/)
  })
})
