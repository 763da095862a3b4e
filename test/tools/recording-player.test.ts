import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { RecordedCall } from '../../src/domain/cassette.ts'
import type { JsonObject } from '../../src/domain/json.ts'
import { createRedactor } from '../../src/policy/redactor.ts'
import { playRecording } from '../../src/tools/recording-player.ts'
import { call } from './servers.ts'

function recorded(tool: string, given: JsonObject, text = 'ok'): RecordedCall {
  return { tool, arguments: given, answer: { content: [{ type: 'text', text }], isError: false } }
}

/** Plays on a host of its own: no other has its key. */
function player(...calls: readonly RecordedCall[]) {
  const { play } = playRecording(calls, createRedactor(randomBytes(32)))
  return (tool: string, given: JsonObject = {}) => {
    const answer = play(call(tool, given))?.answer
    return answer && 'content' in answer ? answer.content[0]?.text : null
  }
}

describe('a recorded call', () => {
  test('is found by its tool and the value of its arguments, whatever their order', () => {
    const play = player(recorded('a/x', { path: 'p', depth: 1, options: { b: [1, 2], a: null } }))
    expect(play('a/y', { path: 'p', depth: 1, options: { b: [1, 2], a: null } })).toBeNull()
    expect(play('a/x', { path: 'p', depth: '1', options: { b: [1, 2], a: null } })).toBeNull()
    expect(play('a/x', { path: 'p', depth: 1, options: { b: [2, 1], a: null } })).toBeNull()
    expect(play('a/x', { depth: 1.0, options: { a: null, b: [1, 2] }, path: 'p' })).toBe('ok')
  })

  test('is the nth of its kind, and one that was made more often than recorded is none', () => {
    const write = recorded('a/write', { text: 't' }, 'written')
    const play = player(recorded('a/read', {}, 'before'), write, recorded('a/read', {}, 'after'))
    expect([play('a/read'), play('a/read'), play('a/read')]).toEqual(['before', 'after', null])
    expect([play('a/write', { text: 't' }), play('a/write', { text: 't' })]).toEqual(['written', null])
  })
})

describe('what was secret', () => {
  const mail = (number: number, text: string) =>
    recorded('crm/find', { password: `[redacted:password:${number}]` }, text)

  test('matches the placeholder that the model was shown, of whatever kind, and no other', () => {
    const play = player(mail(1, 'one'), mail(2, 'two'))
    expect(play('crm/find', { password: '[redacted:password:3]' })).toBeNull()
    expect(play('crm/find', { password: '[redacted:token:2]' })).toBe('two')
    expect(play('crm/find', { password: '[redacted:password:1]' })).toBe('one')
  })

  test('matches a secret of this host in the same place, which stands for it from then on', () => {
    const again = recorded('crm/set', { password: '[redacted:password:1]', note: 'n' }, 'set')
    const play = player(mail(1, 'found'), again, again)
    expect(play('crm/find', { password: 'tulip-harbour' })).toBe('found')
    expect(play('crm/set', { password: 'other-harbour', note: 'n' })).toBeNull()
    expect(play('crm/set', { password: 'tulip-harbour', note: 'n' })).toBe('set')
    expect(play('crm/set', { note: 'n', password: '[redacted:password:1]' })).toBe('set')
  })

  test('is not guessed: a secret that may be one of several is none', () => {
    const play = player(mail(1, 'one'), mail(2, 'two'), recorded('crm/log', { token: '[redacted:token:2]' }))
    expect(play('crm/find', { password: 'tulip-harbour' })).toBeNull()
    expect(play('crm/log', { token: 'tulip-harbour' })).toBe('ok')
    expect(play('crm/find', { password: 'tulip-harbour' })).toBe('two')
  })

  test('stands for one thing, and two secrets for two', () => {
    const both = { password: '[redacted:password:1]', token: '[redacted:token:2]' }
    const same = { password: '[redacted:password:1]', token: '[redacted:token:1]' }
    expect(player(recorded('a/x', both))('a/x', { password: 'first-one', token: 'first-one' })).toBeNull()
    expect(player(recorded('a/x', same))('a/x', { password: 'first-one', token: 'second-one' })).toBeNull()
    expect(player(recorded('a/x', both))('a/x', { password: 'first-one', token: 'second-one' })).toBe('ok')
    expect(player(recorded('a/x', same))('a/x', { password: 'first-one', token: 'first-one' })).toBe('ok')
  })
})
