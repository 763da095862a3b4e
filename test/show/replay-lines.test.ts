import { expect, test } from 'vitest'
import { replayLines } from '../../src/show/replay-lines.ts'

const terminal = { isTTY: false, columns: 60, hasColour: false, hasLines: false }
const notes = (note: string, trials = 1) => ({
  ...{ suite: 'incidents', case: 'port', trials, of: 4 },
  notes: [{ note, trials }],
})

test('drafts and misses have a section each, with what was said most, and none where there are none', () => {
  expect(replayLines({ drafts: [], misses: [] }, terminal)).toEqual([[], []])
  const [drafts, misses] = replayLines(
    { drafts: [notes('would pass', 3)], misses: [notes('files/list {"path":"\u001b[2J"}')] },
    terminal,
  )
  expect(drafts?.slice(1)).toEqual(['  incidents/port  3/4 trials', '    3 × would pass'])
  expect(misses?.slice(1)).toEqual(['  incidents/port  1/4 trials', '    1 × files/list {"path":"\\x1b[2J"}'])
})
