import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from './calltrail.ts'
import { runHere } from './run-here.ts'

const task = {
  id: '0',
  user_scenario: { instructions: 'Cancel the order #1.' },
  evaluation_criteria: { actions: [{ name: 'cancel_order', arguments: { order: '#1' } }] },
}

test('an import says how its suite is played; a folder that is not there is told, and how it is made', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'retail'))
  writeFileSync(join(folder, 'retail', 'tasks.json'), JSON.stringify([task]))
  const imported = (out: string) => runHere(['import', 'tau2', folder, '--out', out])
  const suite = join(folder, 'tau.yaml')
  const { code, stdout } = await imported(suite)
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^next\n {2}.*eval .*tau[.]yaml$/m)])
  expect(stdout).toContain(`${suite}: 1 case; their tools in `)
  expect((await imported(suite)).code).toBe(0)
  writeFileSync(suite, 'suite: by-hand\n')
  const other = await imported(suite)
  expect([other.code, readFileSync(suite, 'utf8')]).toEqual([2, 'suite: by-hand\n'])
  expect(other.stderr).toContain(`${suite} is there, and says something else`)
  const nowhere = await imported(join(folder, 'no', 'tau.yaml'))
  expect(nowhere.code).toBe(2)
  expect(nowhere.stderr).toContain('its folder is not there')
  expect(nowhere.stderr).toContain(`mkdir -p ${join(folder, 'no')}`)
})
