import { describe, expect, test } from 'vitest'
import { decision, links, model } from './join-spans.ts'

describe('a model request', () => {
  const results = (callId: string) => ({ carriedResults: [{ callId, hashes: [] }] })

  // Small models count their calls anew in every turn and every conversation.
  const turns = (name: string, from: number) => [
    model(`${name}1`, from, { messagesHash: `${name} 1` }),
    decision(`${name}d1`, `${name}1`, from + 10, { callId: 'call_0' }),
    model(`${name}2`, from + 20, {
      messagesHash: `${name} 2`,
      earlierMessagesHash: `${name} 1`,
      ...results('call_0'),
    }),
    decision(`${name}d2`, `${name}2`, from + 30, { callId: 'call_0' }),
    model(`${name}3`, from + 40, { earlierMessagesHash: `${name} 2`, ...results('call_0') }),
  ]

  test('continues the turn whose messages it repeats, though others made calls of the same id', () => {
    expect(links(...turns('a', 1000), ...turns('b', 1005)).map(({ from, to }) => [from, to])).toEqual([
      ['a1', 'a2'],
      ['b1', 'b2'],
      ['a2', 'a3'],
      ['b2', 'b3'],
    ])
  })

  test('continues the one that made the calls, of two that were asked the same', () => {
    const asked = ['x', 'y'].flatMap((name) => [
      model(`${name}1`, 1000, { messagesHash: 'same' }),
      decision(`${name}d`, `${name}1`, 1100, { callId: `toolu_of_conversation_${name}` }),
    ])
    const next = model('x2', 2000, { earlierMessagesHash: 'same', ...results('toolu_of_conversation_x') })
    expect(links(...asked, next)).toMatchObject([{ type: 'continues', from: 'x1', to: 'x2' }])
  })

  test('continues the answer that it names', () => {
    const asked = ['one', 'two'].flatMap((responseId) => [
      model(responseId, 1000, { responseId }),
      decision(`d ${responseId}`, responseId, 1010, { callId: 'call_0' }),
    ])
    const conversation = { previous_response_id: 'one' }
    expect(links(...asked, model('n', 2000, { ...results('call_0'), conversation }))).toMatchObject([
      { type: 'continues', from: 'one', to: 'n' },
    ])
  })

  test('that may continue two turns continues none', () => {
    const asked = ['m1', 'm2'].flatMap((span) => [
      model(span, 1000),
      decision(`d ${span}`, span, 1010, { callId: 'call_0' }),
    ])
    expect(links(...asked, model('n', 2000, results('call_0')))).toEqual([])
  })

  test('of another principal continues nothing', () => {
    const other = model('n', 2000, { ...results('d'), principal: 'user:eve', session: 'other' })
    expect(links(model('m', 1000), decision('d', 'm', 1100), other)).toEqual([])
  })
})
