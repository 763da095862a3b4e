import { describe, expect, test } from 'vitest'
import { compareCells } from '../../../src/evaluate/compare/compare.ts'
import { pairCells, pairWithFull, runCells } from '../../../src/evaluate/compare/pair-cells.ts'
import { renderComparison } from '../../../src/show/compare-report.ts'
import type { RunCaseRow } from '../../../src/store/queries.ts'

const row = (run: string, id: string, more: Partial<RunCaseRow> = {}): RunCaseRow => ({
  ...{ run, suite: 'files', case: id, case_hash: 'truth', model: 'openai:m', exposure: 'full' },
  ...{ passed: 5, failed: 0, not_judged: 0, infrastructure_errors: 0, model_turns: 10 },
  ...{ definition_tokens: 1000, definition_requests: 10, total_tokens: 2000, token_trials: 5 },
  is_estimate: false,
  ...more,
})

const many = Array.from({ length: 12 }, (_, index) => `case-${index}`)
const scores = [{ run: 'b', model: 'openai:m', exposure: 'full', grader: 'selection', value: 0.75 }]

const compare = (a: readonly RunCaseRow[], b: readonly RunCaseRow[]) =>
  compareCells(pairCells(runCells('a', a, scores), runCells('b', b, scores)))

describe('two runs', () => {
  const before = many.map((id) => row('a', id))
  const worse = many.map((id, index) => row('b', id, index < 8 ? { passed: 0, failed: 5 } : {}))

  test('are worse where the cases of a cell are, with the cases named and how sure that is', () => {
    const [cell] = compare(before, worse)
    expect(cell).toMatchObject({ verdict: 'worse', changedTruths: 0, onlyA: 0, onlyB: 0 })
    expect(cell?.difference?.difference).toBeCloseTo(-8 / 12, 12)
    expect(cell?.p).toBeCloseTo(2 / 2 ** 8, 12)
    expect(cell?.changed).toHaveLength(8)
    expect(cell?.changed[0]).toMatchObject({
      a: { passed: 5, n: 5 },
      b: { passed: 0, n: 5 },
      isCertain: true,
    })
    expect(cell?.b).toMatchObject({ definitionTokens: 100, totalTokens: 400, turns: 2, selection: 0.75 })
    expect(cell?.a.selection).toBeNull()
  })

  test('the same way round are better', () => {
    const swap = (rows: readonly RunCaseRow[], run: string) => rows.map((each) => ({ ...each, run }))
    expect(compare(swap(worse, 'a'), swap(before, 'b'))[0]?.verdict).toBe('better')
  })

  test('that differ by little are not said to', () => {
    const little = many.map((id, index) => row('b', id, index === 3 ? { passed: 4, failed: 1 } : {}))
    const [cell] = compare(before, little)
    expect(cell).toMatchObject({
      verdict: 'no difference seen',
      changed: [{ case: 'case-3', isCertain: false }],
    })
    expect(cell?.difference?.detectable).toBeGreaterThan(0)
  })

  test('are compared on cases with the same truth alone, and on those that were judged', () => {
    const other = [
      row('b', 'case-0', { case_hash: 'other truth', passed: 0, failed: 5 }),
      row('b', 'case-1', { passed: 0, infrastructure_errors: 5 }),
      row('b', 'case-2'),
      row('b', 'new'),
    ]
    const [cell] = compare(before, other)
    expect(cell).toMatchObject({ changedTruths: 1, onlyA: 9, onlyB: 1, changed: [], difference: { n: 1 } })
    expect(cell?.b.infrastructureErrors).toBe(5)
  })

  test('of one cell each are compared, and others with nothing in common are not', () => {
    const small = many.map((id) => row('b', id, { model: 'openai:small', exposure: 'search' }))
    expect(compare(before, small)).toMatchObject([{ b: { model: 'openai:small', exposure: 'search' } }])
    expect(
      compare(
        [...before, row('a', 'x', { model: 'openai:n' })],
        [row('b', 'x', { exposure: 'slim', model: 'o' }), row('b', 'x', { exposure: 'code', model: 'p' })],
      ),
    ).toEqual([])
  })

  test('of one exposure each are compared by model, and a run with itself by what full costs', () => {
    const search = many.map((id) => row('b', id, { exposure: 'search', definition_tokens: 100 }))
    expect(compare(before, search)).toMatchObject([{ a: { exposure: 'full' }, b: { exposure: 'search' } }])
    const own = runCells('b', [...many.map((id) => row('b', id)), ...search], [])
    expect(pairWithFull(own).map(({ a, b }) => [a.exposure, b.exposure])).toEqual([['full', 'search']])
  })

  test('are told in words, a saving with its price', () => {
    const told = { run: '0192f3aa', started: '2026-11-20T02:14:07Z' }
    const cells = compare(
      before,
      worse.map((each) => ({ ...each, definition_tokens: 100, case: `${each.case}` })),
    )
    const terminal = { isTTY: false, columns: 400, hasColour: false, hasLines: false }
    const text = renderComparison({ a: told, b: told, cells }, terminal)
    expect(text).toContain('1 cell: worse')
    expect(text).toContain('−66.7 points [')
    expect(text).toContain('p .008, sign-flip over 12 cases')
    expect(text).toContain('definitions 100 → 10 (−90 %), all 400 → 400 (0 %) at −66.7 points of pass rate')
    expect(text).toContain('files/case-0 5/5 → 0/5 (q .006)')
  })
})
