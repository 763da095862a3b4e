import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeReport } from '../../src/cli/report-files.ts'
import { UsageError } from '../../src/errors.ts'
import { temporaryFolder } from './calltrail.ts'

test('a report is for its owner alone, whatever was there before it, and nothing else is left', () => {
  const folder = temporaryFolder()
  const [file, link] = [join(folder, 'report.html'), join(folder, 'link.html')]
  writeFileSync(file, 'readable by all', { mode: 0o644 })
  symlinkSync(file, link)
  for (const [place, text] of [
    [file, 'first'],
    [link, 'second'],
  ] as const) {
    writeReport({ file: place, text })
    expect(readFileSync(file, 'utf8')).toBe(text)
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600')
  }
  expect(readdirSync(folder).sort()).toEqual(['link.html', 'report.html'])
  expect(() => writeReport({ file: '/dev/full', text: 'x' })).toThrow(UsageError)
  expect(() => writeReport({ file: join(folder, 'no', 'x'), text: 'x' })).toThrow('cannot write')
})
