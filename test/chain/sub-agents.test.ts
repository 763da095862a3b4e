import { describe, expect, test } from 'vitest'
import type { JoinSpan } from '../../src/chain/join-span.ts'
import { decision, links, model } from './join-spans.ts'

describe('an agent that instructs another', () => {
  const task = { name: 'Task', textHashes: ['t'] }
  const first = [model('m', 1000), decision('d', 'm', 1100, task)]
  const other = (more: Partial<JoinSpan> = {}) =>
    model('o', 1200, { session: 'sub-agent', promptHashes: ['t', 'of the client'], ...more })

  test('is the cause of its conversation, whose calls and turns are of the same chain', () => {
    expect(links(...first, other())).toMatchObject([{ type: 'caused', from: 'd', to: 'o', tier: 4 }])
    const conversation = { 'x-claude-code-session-id': 'one' }
    const [asked, decided] = [
      model('m', 1000, { conversation }),
      decision('d', 'm', 1100, { ...task, conversation }),
    ]
    expect(links(asked, decided, other({ conversation }))).toMatchObject([{ from: 'd', to: 'o', tier: 3 }])
  })

  test.for([
    ['another principal', { principal: 'user:eve' }],
    ['an earlier time', { atMs: 1050 }],
    ['other words', { promptHashes: ['u'] }],
  ] as const)('is none over %s', ([, more]) => {
    expect(links(...first, other(more))).toEqual([])
  })

  test('is not told from a second one that says the same', () => {
    expect(links(...first, decision('e', 'm', 1100, task), other())).toEqual([])
  })
})
