import { describe, expect, test } from 'vitest'
import { compareCells, isWorse } from '../../../src/evaluate/compare/compare.ts'
import { pairCells, pairWithin } from '../../../src/evaluate/compare/pair-cells.ts'
import type { RunCase, RunCell } from '../../../src/evaluate/compare/run-cells.ts'
import { groupBy } from '../../../src/evaluate/group-by.ts'
import { renderComparison } from '../../../src/show/compare-report.ts'

interface Row extends Omit<RunCase, 'name' | 'key'> {
  readonly run: string
  readonly model: string
  readonly exposure: string
}

const row = (run: string, id: string, more: Partial<Row> = {}): Row => ({
  ...{ run, suite: 'files', id, truth: 'truth', model: 'openai:m', exposure: 'full' },
  ...{ passed: 5, n: 5, notJudged: 0, infrastructureErrors: 0, modelTurns: 10 },
  ...{ definitionTokens: 1000, definitionRequests: 10, totalTokens: 2000, tokenTrials: 5 },
  ...more,
})

function cellsOf(rows: readonly Row[]) {
  const cells = groupBy(rows, ({ model, exposure }) => `${model} ${exposure}`)
  return Array.from(cells.values(), (cases): RunCell => {
    const { run = '', model = '', exposure = '' } = cases[0] ?? {}
    const isScored = run === 'b' && model === 'openai:m' && exposure === 'full'
    return {
      model,
      exposure,
      cases,
      isEstimate: false,
      scores: new Map(isScored ? [['selection', 0.75]] : []),
    }
  })
}

const many = Array.from({ length: 12 }, (_, index) => `case-${index}`)

const wide = { isTTY: false, columns: 400, hasColour: false, hasLines: false }
const compare = (a: readonly Row[], b: readonly Row[]) =>
  compareCells(pairCells(cellsOf(a), cellsOf(b)).pairs)

describe('two runs', () => {
  const before = many.map((id) => row('a', id))
  const worse = many.map((id, index) => row('b', id, index < 8 ? { passed: 0 } : {}))

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
    const swap = (rows: readonly Row[], run: string) => rows.map((each) => ({ ...each, run }))
    expect(compare(swap(worse, 'a'), swap(before, 'b'))[0]?.verdict).toBe('better')
  })

  test('that differ by little are not said to', () => {
    const little = many.map((id, index) => row('b', id, index === 3 ? { passed: 4 } : {}))
    const [cell] = compare(before, little)
    expect(cell).toMatchObject({
      verdict: 'no difference seen',
      changed: [{ case: 'case-3', isCertain: false }],
    })
    expect(cell?.difference?.detectable).toBeGreaterThan(0)
    expect(cell && isWorse(cell)).toBe(false)
  })

  test('of which one certainly lost a case are worse, though the whole is not', () => {
    const lost = many.map((id, index) => row('b', id, index === 3 ? { passed: 0 } : {}))
    const [down] = compare(before, lost)
    const swap = (rows: readonly Row[], run: string) => rows.map((each) => ({ ...each, run }))
    const [up] = compare(swap(lost, 'a'), swap(before, 'b'))
    expect([down?.verdict, up?.verdict]).toEqual(['no difference seen', 'no difference seen'])
    expect([down?.changed[0]?.isCertain, up?.changed[0]?.isCertain]).toEqual([true, true])
    expect([down && isWorse(down), up && isWorse(up)]).toEqual([true, false])
  })

  test('of few cases that all came out as before are too few to tell as well', () => {
    const same = (cases: number) =>
      compare(
        before.slice(0, cases),
        before.slice(0, cases).map((each) => ({ ...each, run: 'b' })),
      )[0]?.verdict
    expect([same(5), same(6)]).toEqual(['insufficient data', 'no difference seen'])
  })

  test('of fewer cases than could show anything are too few to tell, also where several cells share the doubt; cells that fall together do not hide each other', () => {
    const broken = worse.map((each) => ({ ...each, passed: 0 }))
    const [cell] = compare(before.slice(0, 5), broken.slice(0, 5))
    expect(cell).toMatchObject({ verdict: 'insufficient data', p: 2 / 2 ** 5, leastP: 2 / 2 ** 5 })
    expect(compare(before.slice(0, 6), broken.slice(0, 6))[0]?.verdict).toBe('worse')
    const twice = (rows: readonly Row[]) => rows.flatMap((each) => [each, { ...each, exposure: 'slim' }])
    const verdicts = (a: readonly Row[], b: readonly Row[]) => compare(a, b).map(({ verdict }) => verdict)
    const six = before.slice(0, 6)
    expect(verdicts(twice(six), twice(broken.slice(0, 6)))).toEqual(['worse', 'worse'])
    const slim = six.map((each) => ({ ...each, exposure: 'slim' }))
    expect(verdicts(twice(six), [...broken.slice(0, 6), ...slim])).toEqual([
      'insufficient data',
      'no difference seen',
    ])
    const a = { run: '0192f3aa', started: null, gate: null }
    const b = { ...a, run: '0192f3bb', gate: { verdict: 'regressed', cases: ['files/case-0'] } as const }
    const cells = cell ? [cell] : []
    const text = renderComparison({ a, b, cells, reference: null, onlyA: [], onlyB: [] }, wide)
    expect(text).toContain(
      '1 cell: too few cases to tell\nthe gate of 0192f3bb said regressed: files/case-0\n',
    )
    expect(text).toContain('sign-flip over 5 cases; had all of them changed, p would be .063\n')
  })

  test('are compared on cases with the same truth alone, and on those that were judged', () => {
    const other = [
      row('b', 'case-0', { truth: 'other truth', passed: 0 }),
      row('b', 'case-1', { passed: 0, n: 0, infrastructureErrors: 5 }),
      row('b', 'case-2'),
      row('b', 'new'),
    ]
    const [cell] = compare(before, other)
    expect(cell).toMatchObject({ changedTruths: 1, onlyA: 9, onlyB: 1, changed: [], difference: { n: 1 } })
    expect(cell?.b.infrastructureErrors).toBe(5)
    const side = { run: '0192f3aa', started: null, gate: null }
    const said = (cells: ReturnType<typeof compare>) =>
      renderComparison({ a: side, b: side, cells, reference: null, onlyA: [], onlyB: [] }, wide)
    const scored = 'selection – → .75, arguments – → –'
    expect(said(cell ? [cell] : [])).toContain(`${scored}, these two over all cases of each run\n`)
    expect(said(compare(before, worse))).toContain(`${scored}\n`)
  })

  test('may have judged a case more or less often: it is its pass rate that changed, or did not', () => {
    const passed = (run: string, ...counts: readonly (readonly [passed: number, n: number])[]) =>
      counts.map(([passed, n], index) => row(run, `case-${index}`, { passed, n }))
    const [cell] = compare(passed('a', [5, 5], [5, 5], [2, 4]), passed('b', [5, 5], [5, 50], [1, 2]))
    expect(cell?.changed).toMatchObject([{ case: 'case-1', b: { passed: 5, n: 50 }, isCertain: true }])
  })

  test('took turns in all trials that were played out, and estimates are told by the cell', () => {
    const after = [row('b', 'case-0', { n: 3, passed: 3, notJudged: 2 })]
    const [a, b] = [before, after].map((rows) => cellsOf(rows)[0])
    const pairs = a && b ? [{ a: { ...a, isEstimate: true }, b }] : []
    expect(compareCells(pairs)).toMatchObject([
      { a: { turns: 2, isEstimate: true }, b: { turns: 2, isEstimate: false } },
    ])
  })

  test('count each case once, also where shards of a run have played it under several truths', () => {
    const [one, ...others] = ['truth', 'second', 'third'].map((truth) => row('b', 'case-0', { truth }))
    const first = before.slice(0, 1)
    const [same] = compare(first, [...(one ? [one] : []), ...others])
    expect(same).toMatchObject({ changedTruths: 2, onlyA: 0, onlyB: 0 })
    expect(compare(first, others)[0]).toMatchObject({ changedTruths: 2, onlyA: 0, onlyB: 0 })
    expect(compare(others, first)[0]).toMatchObject({ changedTruths: 1, onlyA: 0, onlyB: 0 })
  })

  test('have pass rates that differ by the difference, whatever could not be judged', () => {
    const after = [
      row('b', 'case-0', { passed: 0, n: 0, infrastructureErrors: 5 }),
      row('b', 'case-1', { passed: 1, n: 1, infrastructureErrors: 4 }),
      row('b', 'case-2', { passed: 3 }),
    ]
    const [cell] = compare([row('a', 'case-0', { passed: 0 }), ...before.slice(1, 3)], after)
    expect([cell?.a.passRate?.rate, cell?.b.passRate?.rate]).toEqual([1, 0.8])
    expect(cell?.difference?.difference).toBeCloseTo(-0.2, 12)
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
    const search = many.map((id) => row('b', id, { exposure: 'search', definitionTokens: 100 }))
    expect(compare(before, search)).toMatchObject([{ a: { exposure: 'full' }, b: { exposure: 'search' } }])
    const own = cellsOf([...many.map((id) => row('b', id)), ...search])
    expect(pairWithin(own, ['search', 'full'])).toMatchObject({
      reference: 'full',
      pairs: [{ a: { exposure: 'full' }, b: { exposure: 'search' } }],
    })
  })

  test('with something in common are compared on that, and what only one has is said', () => {
    const cell = (run: string, exposure: string, model = 'openai:m') => row(run, 'x', { exposure, model })
    const a = cellsOf([cell('a', 'slim'), cell('a', 'search'), cell('a', 'search', 'openai:n')])
    const b = cellsOf([cell('b', 'search'), cell('b', 'code')])
    const { pairs, onlyA, onlyB } = pairCells(a, b)
    expect(pairs).toMatchObject([{ a: { exposure: 'search', model: 'openai:m' }, b: { exposure: 'search' } }])
    expect([onlyA, onlyB].map((cells) => cells.map((each) => `${each.model} ${each.exposure}`))).toEqual([
      ['openai:m slim', 'openai:n search'],
      ['openai:m code'],
    ])
    const told = { run: '0192f3aa', started: null, gate: null }
    const report = {
      a: told,
      b: { ...told, run: '0192f3bb' },
      cells: compareCells(pairs),
      reference: null,
      onlyA,
      onlyB,
    }
    expect(renderComparison(report, wide)).toContain('not compared, only in 0192f3bb: openai:m × code')
    expect(renderComparison({ ...report, cells: [], onlyB: [] }, wide)).toContain(
      'no trial was played in 0192f3bb.',
    )
  })

  test('one of which has a single exposure are compared by model, each with each', () => {
    const b = ['search', 'slim'].map((exposure) => row('b', 'x', { exposure }))
    expect(compare([row('a', 'x')], b).map((cell) => [cell.a.exposure, cell.b.exposure])).toEqual([
      ['full', 'search'],
      ['full', 'slim'],
    ])
    expect(compare(b, [row('b', 'x')])).toHaveLength(2)
  })

  test('that are one and the same are compared with the first exposure where full was not played', () => {
    const own = ['search', 'slim'].map((exposure) => row('b', 'x', { exposure }))
    const { reference, pairs, onlyB } = pairWithin(
      cellsOf([...own, row('b', 'x', { exposure: 'code', model: 'o' })]),
      ['slim', 'search', 'code'],
    )
    expect([reference, pairs.map(({ b }) => b.exposure), onlyB.map(({ exposure }) => exposure)]).toEqual([
      'slim',
      ['search'],
      ['code'],
    ])
    const told = { run: '0192f3aa', started: null, gate: null }
    const text = renderComparison(
      { a: told, b: told, cells: compareCells(pairs), reference, onlyA: [], onlyB },
      wide,
    )
    expect(text).toContain('each exposure against slim, for full was not played, in the run 0192f3aa')
    expect(text).toContain('not compared, with nothing to compare it with: o × code')
  })

  test('are told in words, a saving with its price', () => {
    const told = { run: '0192f3aa', started: '2026-11-20T02:14:07Z', gate: null }
    const cells = compare(
      before,
      worse.map((each) => ({ ...each, definitionTokens: 100 })),
    )
    const report = { a: told, b: { ...told, run: '0192f3bb' }, cells, reference: null, onlyA: [], onlyB: [] }
    const text = renderComparison(report, wide)
    expect(text).toContain('1 cell: worse')
    expect(text).toContain('−66.7 points [')
    expect(text).toContain('p .008, sign-flip over 12 cases')
    expect(text).toContain('definitions 100 → 10 (−90 %), all 400 → 400 (0 %) at −66.7 points of pass rate')
    expect(text).toContain('files/case-0 5/5 → 0/5 (q .006)')
  })
})
