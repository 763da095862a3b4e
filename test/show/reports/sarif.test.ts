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

test('SARIF calls what policy stopped an error, and only a whole run without infrastructure errors successful', () => {
  const { report, violations } = results
  const enforced = violations.map((each) => ({ ...each, mode: 'enforce' as const }))
  const [found] = JSON.parse(sarifReport({ ...results, violations: enforced })).runs[0].results
  expect(found.level).toBe('error')
  expect(found.message.text).toContain('was denied by read only')
  const isSuccess = (more: Partial<typeof report>) =>
    JSON.parse(sarifReport({ ...results, report: { ...report, ...more } })).runs[0].invocations[0]
      .executionSuccessful
  const whole = { state: 'completed', infrastructureErrors: 0 } as const
  expect(isSuccess(whole)).toBe(true)
  expect(isSuccess({ ...whole, infrastructureErrors: 1 })).toBe(false)
  expect(isSuccess({ ...whole, state: 'budget stop' })).toBe(false)
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
