import { expect, test } from 'vitest'
import { SpanPairing } from '../../../src/record/otel/span-pairing.ts'
import { answered, asked, closed, decided, modelAnswered, modelAsked, opened } from './ended.ts'

test('calls end in the order of their results, each with its own request, whatever lies between', () => {
  const pairing = new SpanPairing()
  expect(pairing.add(opened('stdio'))).toBe(false)
  for (const each of [asked('a'), asked('b'), modelAsked('m'), answered('b'), answered('never asked')])
    pairing.add(each)
  pairing.add(answered('a'))
  const spans = pairing
    .take()
    .map(({ type, ...ended }) => [type, 'request' in ended && ended.request.data.span])
  expect(spans).toEqual([
    ['tool', 'b'],
    ['tool', 'a'],
  ])
  expect(pairing.take()).toEqual([])
})

test('a second result to the same call ends nothing', () => {
  const pairing = new SpanPairing()
  for (const each of [opened('stdio'), asked('a'), answered('a'), answered('a')]) pairing.add(each)
  expect(pairing.take()).toHaveLength(1)
})

test('decisions that follow a response belong to it, until the turn is over', () => {
  const pairing = new SpanPairing()
  for (const each of [modelAsked('m'), modelAnswered('m'), decided('d', 'm')]) pairing.add(each)
  const [ended] = pairing.take()
  expect(ended).toMatchObject({ type: 'model', moments: [{ data: { span: 'd' } }] })
  pairing.add(decided('late', 'm'))
  expect(ended).toMatchObject({ moments: [{ data: { span: 'd' } }] })
})

test('the end of a session ends what has no answer in it, and in no other', () => {
  const pairing = new SpanPairing()
  for (const each of [opened('stdio', {}, 's'), opened('stdio', {}, 't'), asked('a', {}, 's')])
    pairing.add(each)
  pairing.add(asked('b', {}, 't'))
  pairing.add(closed(5, 's'))
  expect(pairing.take()).toMatchObject([{ request: { data: { span: 'a' } }, closing: null }])
  pairing.add(answered('b', {}, 't'))
  expect(pairing.take()).toMatchObject([{ closing: { data: { span: 'b' } } }])
})

test('a call in a trial is told over what its server is reached by the session of that server', () => {
  const pairing = new SpanPairing()
  const trial = opened('trial', {}, 't', null)
  for (const each of [opened('http', {}, 's', 'remote'), trial]) pairing.add(each)
  for (const server of ['remote', 'unknown']) {
    pairing.add(asked('a', { server }, 't'))
    pairing.add(answered('a', {}, 't'))
  }
  expect(pairing.take()).toMatchObject([{ transport: 'http' }, { transport: null }])
})

test('calls that are never answered do not pile up: the oldest is given up, and counted', () => {
  const pairing = new SpanPairing()
  for (let call = 0; call < 10_005; call++) pairing.add(asked(String(call)))
  expect(pairing.givenUp).toBe(5)
  pairing.add(answered('4'))
  pairing.add(answered('5'))
  expect(pairing.take()).toHaveLength(1)
})
