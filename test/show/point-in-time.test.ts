import { expect, test } from 'vitest'
import { UsageError } from '../../src/errors.ts'
import { expectRange, timeOf } from '../../src/show/point-in-time.ts'

const now = Date.parse('2026-11-21T12:00:00Z')
const read = (text: string) => timeOf('--since', text, now)

test.each([
  ['24h', '2026-11-20T12:00:00.000Z'],
  ['2026-11-20', '2026-11-20T00:00:00.000Z'],
  ['2026-11-20T08:00', '2026-11-20T08:00:00.000Z'],
  ['2026-11-20 08:00:05', '2026-11-20T08:00:05.000Z'],
  ['2026-11-20T08:00:05.25Z', '2026-11-20T08:00:05.250Z'],
  ['2026-11-20T08:00+02:00', '2026-11-20T06:00:00.000Z'],
  ['2026-11-20 08:00 UTC', '2026-11-20T08:00:00.000Z'],
])('%s is %s, wherever the reader lives', (text, moment) => {
  const zone = process.env.TZ
  process.env.TZ = 'America/New_York'
  expect(read(text)).toBe(moment)
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
})

test.each(['5', 'foo 7', '2026-02-30T00:00Z', '2026-11-20T24:00Z', '2026-11-20T08:00+99:00', '', '24 h'])(
  '%j is no time',
  (text) => expect(() => read(text)).toThrow(UsageError),
)

test('a range that ends before it begins is told; one without an end is none', () => {
  expect(() => expectRange({ since: read('1h'), until: read('2h') })).toThrow('nothing lies between')
  expect(() => expectRange({ since: read('2h'), until: read('1h') })).not.toThrow()
  expect(() => expectRange({ since: read('2h'), until: '' })).not.toThrow()
})
