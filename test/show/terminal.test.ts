import { expect, test } from 'vitest'
import { paint, terminalOf } from '../../src/show/terminal.ts'

const tty = { isTTY: true, columns: 120 }
const pipe = { isTTY: false, columns: 120 }

test.for([
  [tty, {}, { isTTY: true, hasColour: true, hasLines: true, columns: 120 }],
  [tty, { NO_COLOR: '1' }, { isTTY: true, hasColour: false, hasLines: true, columns: 120 }],
  [tty, { TERM: 'dumb' }, { isTTY: false, hasColour: false, hasLines: false, columns: 100 }],
  [pipe, {}, { isTTY: false, hasColour: false, hasLines: false, columns: 100 }],
  [pipe, { FORCE_COLOR: '1' }, { isTTY: false, hasColour: true, hasLines: false, columns: 100 }],
  [
    pipe,
    { FORCE_COLOR: '1', NO_COLOR: '1' },
    { isTTY: false, hasColour: false, hasLines: false, columns: 100 },
  ],
  [{ isTTY: true, columns: 20 }, {}, { isTTY: true, hasColour: true, hasLines: true, columns: 60 }],
] as const)('%j with %j', ([stream, env, expected]) => {
  expect(terminalOf(stream, env)).toEqual(expected)
})

test('colour surrounds a verdict, and nothing is left where there is none', () => {
  expect(paint('DENIED', 'bad', terminalOf(tty, {}))).toBe('\u001b[31mDENIED\u001b[39m')
  expect(paint('DENIED', 'bad', terminalOf(pipe, {}))).toBe('DENIED')
})
