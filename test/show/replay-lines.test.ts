import { expect, test } from 'vitest'
import { replayLines } from '../../src/show/replay-lines.ts'

const terminal = { isTTY: false, columns: 60, hasColour: false, hasLines: false }
const notes = (note: string, trials = 1) => ({
  ...{ suite: 'incidents', case: 'port', trials, of: 4 },
  notes: [{ note, trials }],
})

test('drafts, misses and failed tear-downs have a section each, with what was said most, and none where there are none', () => {
  expect(replayLines({ drafts: [], misses: [], teardowns: [] }, terminal)).toEqual([[], [], []])
  const teardowns = [notes('bench/fail failed', 2), notes('bench/fail failed')]
  const [drafts, misses, left] = replayLines(
    { drafts: [notes('would pass', 3)], misses: [notes('files/list {"path":"\u001b[2J"}')], teardowns },
    terminal,
  )
  expect(drafts?.slice(1)).toEqual(['  incidents/port  3/4 trials', '    3 × would pass'])
  expect(misses?.slice(1)).toEqual(['  incidents/port  1/4 trials', '    1 × files/list {"path":"\\x1b[2J"}'])
  expect(left?.slice(0, 3)).toEqual([
    'Tear-down failed in 3 trials: what they left may still be there',
    '  incidents/port  2/4 trials',
    '    2 × bench/fail failed',
  ])
})
