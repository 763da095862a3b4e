import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { sessionsByClient } from '../../../src/record/gateway/sessions-by-client.ts'

test('of the many who come by one connection, the one who was away for longest ends its session', () => {
  const ended: string[] = []
  const sessions = sessionsByClient<string>((session) => ended.push(session))
  const incoming = new IncomingMessage(new Socket())
  const come = (principal: string) => sessions.of({ incoming, principal }, null, () => `of ${principal}`)
  for (let user = 0; user < 1_000; user++) come(`user ${user}`)
  come('user 0')
  expect(ended).toEqual([])
  come('one more')
  expect(ended).toEqual(['of user 1'])
  expect(come('user 0')).toBe('of user 0')
  incoming.socket.emit('close')
  expect(new Set(ended).size).toBe(1_001)
})
