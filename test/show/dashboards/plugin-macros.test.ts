import { describe, expect, test } from 'vitest'
import { type Expansion, expand } from './plugin-macros.ts'

describe('the macros of the plugin', () => {
  const expansion: Expansion = {
    from: 10,
    to: 20,
    variables: { model: '$__all', suite: ["a'b", 'c'] },
    options: { model: ['m'] },
  }

  test.for([
    ['$__timeFilter(at)', 'at >= toDateTime(10) AND at <= toDateTime(20)'],
    ['at >= $__fromTime AND', 'at >= toDateTime(10) AND'],
    [`$__conditionalAll(model IN (\${model:singlequote}), $model)`, '1=1'],
    [`$__conditionalAll(suite IN (\${suite:singlequote}), $suite)`, "suite IN ('a\\'b','c')"],
    [`\${model:singlequote}`, "'m'"],
  ] as const)('%s', ([sql, expanded]) => {
    expect(expand(sql, expansion)).toBe(expanded)
  })

  test('what nothing expands is a mistake', () => {
    expect(() => expand('$__unknown(x)', expansion)).toThrow('$__unknown')
  })
})
