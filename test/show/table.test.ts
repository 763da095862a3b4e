import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { cut, fold, table, wrap } from '../../src/show/table.ts'

const columns = [
  { head: 'case' },
  { head: 'all\ntokens', align: 'right' },
  { head: 'reason', isFlexible: true },
] as const
const rows = [['one', '1,204', 'chose another tool']]

test('with room enough a head stands in one line, numbers to the right', () => {
  expect(table(columns, rows, 60)).toEqual({
    heading: ['case  all tokens  reason'],
    rows: ['one        1,204  chose another tool'],
  })
})

test('where there is less, heads are broken and columns closer, then the flexible one is cut', () => {
  expect(table(columns, rows, 30)).toEqual({
    heading: ['        all', 'case tokens reason'],
    rows: ['one   1,204 chose another tool'],
  })
  expect(table(columns, rows, 26).rows).toEqual(['one   1,204 chose another…'])
})

test('of a cell that keeps its end, the middle is left out', () => {
  const reasons = [['one', '1,204', { text: 'read {"path":"/srv/漢字.txt"}', keepsEnd: true }] as const]
  expect(table(columns, reasons, 60).rows).toEqual(['one        1,204  read {"path":"/srv/漢字.txt"}'])
  expect(table(columns, reasons, 30).rows).toEqual(['one   1,204 read {"pa…字.txt"}'])
  expect(table(columns, reasons, 29).rows).toEqual(['one   1,204 read {"p…字.txt"}'])
})

test('wrapping cuts no piece in two, and the lines after the first stand below it', () => {
  const claims = ['ana (verified)', 'role oncall (verified)', 'a claim that is longer than the line']
  expect(wrap(claims, 40, { label: 'who ', between: ' · ' })).toEqual([
    'who ana (verified) · role oncall (verified)'.slice(0, 18),
    '    role oncall (verified)',
    '    a claim that is longer than the line',
  ])
  expect(wrap(claims.slice(0, 2), 60, { label: 'who ', between: ' · ' })).toEqual([
    'who ana (verified) · role oncall (verified)',
  ])
  expect(wrap([], 40)).toEqual([])
})

test('a cut text fits, also one of megabytes or of nothing but marks', () => {
  expect(cut('a'.repeat(5_000_000), 10)).toBe('aaaaaaaaa…')
  expect(cut('漢字漢字漢字', 7)).toBe('漢字漢…')
  expect(stringWidth(cut('e\u0301'.repeat(300), 10))).toBeLessThanOrEqual(10)
})

test('what is folded is all there, in lines that fit, broken at spaces where there are some', () => {
  const lines = fold(`  now: ${'word '.repeat(20)}${'x'.repeat(50)} and the last`, 40)
  expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(40)
  expect(lines[0]).toBe('  now: word word word word word word')
  expect(lines.slice(1).every((line) => line.startsWith('    '))).toBe(true)
  const letters = lines.join('').replaceAll(' ', '')
  expect(letters).toBe(`now:${'word'.repeat(20)}${'x'.repeat(50)}andthelast`)
})
