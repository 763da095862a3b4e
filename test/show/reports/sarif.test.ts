import { expect, test } from 'vitest'
import { sarifReport } from '../../../src/show/reports/sarif.ts'
import { results } from './run-results.ts'

test('SARIF says which policy, in which case of which file', () => {
  const { runs, version } = JSON.parse(sarifReport(results))
  expect(version).toBe('2.1.0')
  expect(runs[0].tool.driver.rules).toEqual([{ id: 'read only' }])
  expect(runs[0].results).toHaveLength(1)
  expect(runs[0].results[0]).toMatchObject({
    ruleId: 'read only',
    level: 'warning',
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'suites/my%20files.yaml' },
          region: { startLine: 12, startColumn: 5 },
        },
      },
    ],
  })
  expect(runs[0].results[0].message.text).not.toContain('\u001b')
})

test('SARIF has a rule of its own for what no policy permits, and says so in a sentence', () => {
  const [violation] = results.violations
  const said = (reason: string) => {
    const violations = violation ? [{ ...violation, policies: [], reason }] : []
    const [{ tool, results: found }] = JSON.parse(sarifReport({ ...results, violations })).runs
    expect(tool.driver.rules).toEqual([
      { id: 'default-deny', shortDescription: { text: 'no policy permits it' } },
    ])
    expect(found[0].ruleId).toBe('default-deny')
    return found[0].message.text
  }
  expect(said('no policy permits calling files/write')).toMatch(
    /case bad: files\/write would have been denied: no policy permits calling files\/write$/,
  )
  expect(said('')).toMatch(/would have been denied: no policy permits it$/)
  expect(JSON.parse(sarifReport(results)).runs[0].results[0].message.text).toContain('denied by read only: ')
})
