import { expect, test } from 'vitest'
import { filtersOf, queryOf } from '../../../src/show/console/chain-filters.ts'
import { filterForm } from '../../../src/show/console/filter-form.ts'

const asked = (address: string) => queryOf(filtersOf(new URLSearchParams(address)), 0)

test('what a chain costs at least is asked in dollars and cents, other numbers whole', () => {
  expect(asked('min-cost=2.5&min-tokens=100')).toMatchObject({ min_cost: 2.5, min_tokens: 100 })
  expect(asked('')).toMatchObject({ min_cost: 0 })
  expect(() => asked('min-cost=much')).toThrow('min-cost much is no number')
  expect(() => asked('min-cost=-1')).toThrow('min-cost -1 is no number')
  expect(() => asked('min-tokens=2.5')).toThrow('min-tokens 2.5 is no number')
  expect(filterForm({ 'min-cost': '2.5' }).markup).toContain('name="min-cost" value="2.5"')
})
