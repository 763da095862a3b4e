import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../src/policy/redactor.ts'
import { conversationEvidence, textEvidence } from '../../src/record/conversation-evidence.ts'

const redactor = createRedactor(Buffer.alloc(32, 1))
const asked = { role: 'user', content: 'Which port?' }
const called = { role: 'assistant', tool_calls: [] }
const evidenceOf = (messages: readonly object[], earlier: number | null, text = '') =>
  conversationEvidence(
    {
      messages: JSON.parse(JSON.stringify(messages)),
      earlier,
      results: text === '' ? [] : [{ callId: 'call_1', text }],
    },
    redactor,
  )

describe('a model request', () => {
  test('says what it asked, and what stood before the last answer, so that the two meet', () => {
    const first = evidenceOf([asked], null)
    const second = evidenceOf([asked, called, { role: 'tool', content: 'port: 8080' }], 1)
    expect(first.earlierMessagesHash).toBeUndefined()
    expect(second.earlierMessagesHash).toBe(first.messagesHash)
    expect(second.messagesHash).not.toBe(first.messagesHash)
  })

  test('says the same wherever the provider shall cache', () => {
    const marked = { ...asked, content: [{ type: 'text', text: 'x', cache_control: { type: 'ephemeral' } }] }
    const plain = { ...asked, content: [{ type: 'text', text: 'x' }] }
    expect(evidenceOf([marked], null)).toEqual(evidenceOf([plain], null))
  })

  test('knows a result as it is, and as the JSON that it came in; an empty one says nothing', () => {
    const hash = redactor.fingerprint('port: 8080')
    const wrapped = JSON.stringify({ content: [{ type: 'text', text: 'port: 8080' }] })
    expect(evidenceOf([asked], 1, 'port: 8080').results).toEqual([{ callId: 'call_1', hashes: [hash] }])
    expect(evidenceOf([asked], 1, wrapped).results?.[0]?.hashes).toContain(hash)
    const [empty] =
      conversationEvidence({ messages: [], earlier: null, results: [{ callId: 'c', text: '' }] }, redactor)
        .results ?? []
    expect(empty?.hashes).toEqual([])
  })

  test('that is nested too deep to be read is one without that evidence', () => {
    const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)
    expect(textEvidence(deep, redactor)).toEqual({})
    expect(
      conversationEvidence({ messages: [asked, deep], earlier: null, results: [] }, redactor),
    ).not.toHaveProperty('messagesHash')
  })

  test('has nothing of what was said', () => {
    expect(JSON.stringify(evidenceOf([asked], 1, 'port: 8080'))).not.toMatch(/port/)
  })
})
