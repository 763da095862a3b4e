import { join } from 'node:path'
import { expect, test } from 'vitest'
import { evalReports } from '../../src/cli/eval-reports.ts'
import { temporaryFolder } from './calltrail.ts'

test('two reports are never written to one file, however it is named', () => {
  const folder = temporaryFolder()
  const file = join(folder, 'run.txt')
  expect(() => evalReports([`json=${file}`, `html=${folder}/./run.txt`])).toThrow(
    /--report html=.*run\.txt: the json report is written to this file as well/,
  )
  expect(evalReports([`json=${file}`, `html=${folder}/run.html`])).toHaveLength(2)
  expect(evalReports(['json=/dev/null', 'html=/dev/null'])).toHaveLength(2)
})
