import { createHash } from 'node:crypto'
import type { JournalWriter } from '../../src/domain/journal.ts'
import { bytesBelow } from '../../src/journal/disk-bound.ts'
import type { Home } from '../../src/journal/home.ts'
import { observedSession } from '../../test/chain/observed-session.ts'
import { openLog } from '../../test/store/recorded-home.ts'

/** How many words a call's result has, by the number of the call. */
export type ResultWords = (call: number) => number

const turns = 20
const conversationsAtOnce = 8
/** Of one conversation, while eight others begin and end, and in all: more than ingest tells at once. */
const longTurns = 160
const longestTurns = 5_000
const longNumber = 1_000_000_000

/**
 * A journal of so many bytes: trials, and conversations of clients whose models and servers were recorded apart, one of them
 * much longer than the others.
 */
export function recordTraffic(home: Home, bytes: number, resultWords: ResultWords): void {
  const [longTalk, longFiles] = [openLog(home), openLog(home)]
  const long = openClient(longTalk, longFiles, longNumber)
  let longTurn = 0
  for (let number = 0; bytesBelow(home.journal) < bytes; ) {
    const [runner, models, servers] = [openLog(home), openLog(home), openLog(home)]
    for (let round = 0; round < 12; round++, number += 2 * conversationsAtOnce) {
      recordConversations(models, servers, number, resultWords)
      for (let nth = 0; nth < conversationsAtOnce; nth++)
        recordTrial(runner, number + conversationsAtOnce + nth, resultWords)
      for (let nth = 0; nth < longTurns && longTurn < longestTurns; nth++)
        recordTurn(long, longTurn++, resultWords)
    }
    for (const log of [runner, models, servers]) log.close()
  }
  closeClient(long)
  for (const log of [longTalk, longFiles]) log.close()
}

/** A journal of so many bytes of one conversation, which goes on and on. */
export function recordConversation(home: Home, bytes: number, resultWords: ResultWords): void {
  const logs = [openLog(home), openLog(home)] as const
  const client = openClient(...logs, longNumber)
  for (let turn = 0; turn % longTurns > 0 || bytesBelow(home.journal) < bytes; turn++)
    recordTurn(client, turn, resultWords)
  closeClient(client)
  for (const log of logs) log.close()
}

function recordTrial(journal: JournalWriter, number: number, resultWords: ResultWords): void {
  const session = observedSession(journal, { type: 'trial', parent: 'run-1' })
  for (let turn = 0; turn < turns; turn++) {
    const at = (span: string) => `${number}-${turn}-${span}`
    const callId = `call_${number}_${turn}`
    session.modelRequest(at('model'), { prompt: promptOf(number) })
    session.modelResponse(at('model'))
    session.decision(at('decision'), at('model'), { callId })
    session.request(at('call'), { callId, arguments: JSON.stringify({ query: words(number + turn, 15) }) })
    session.result(at('call'), { text: words(number * turns + turn, resultWords(number * turns + turn)) })
  }
  session.close()
}

/** Several at once. Every other client sends the call's id to the server; of the rest, arguments and results tell. */
function recordConversations(
  models: JournalWriter,
  servers: JournalWriter,
  first: number,
  resultWords: ResultWords,
): void {
  const clients = Array.from({ length: conversationsAtOnce }, (_, nth) =>
    openClient(models, servers, first + nth),
  )
  for (let turn = 0; turn <= turns; turn++)
    for (const client of clients) recordTurn(client, turn, resultWords, turn === turns)
  for (const client of clients) closeClient(client)
}

interface Client {
  readonly number: number
  readonly sendsId: boolean
  readonly talk: ReturnType<typeof observedSession>
  readonly files: ReturnType<typeof observedSession>
}

function openClient(models: JournalWriter, servers: JournalWriter, number: number): Client {
  const talk = observedSession(models, { type: 'model' })
  const files = observedSession(servers, { server: 'files' })
  return { number, sendsId: number % 2 === 0, talk, files }
}

function closeClient({ talk, files }: Client): void {
  talk.close()
  files.close()
}

function recordTurn(
  { number, sendsId, talk, files }: Client,
  turn: number,
  resultWords: ResultWords,
  isLast = false,
): void {
  const at = (span: string) => `${number}-${turn}-${span}`
  const callId = (of: number) => `toolu_${number}_${of}`.padEnd(28, '0')
  // Few different arguments, as clients ask the same again.
  const given = JSON.stringify({ query: words(turn % 5, 15) })
  const argumentsHash = hashOf(given)
  const resultHash = (of: number) => hashOf(`${number} ${of}`)
  const results = turn === 0 ? [] : [{ callId: callId(turn - 1), hashes: [resultHash(turn - 1)] }]
  const messagesHash = hashOf(`messages ${number} ${turn}`)
  const earlierMessagesHash = hashOf(`messages ${number} ${turn - 1}`)
  talk.modelRequest(at('model'), {
    prompt: promptOf(number),
    evidence: { messagesHash, earlierMessagesHash, results },
  })
  talk.modelResponse(at('model'))
  if (isLast) return
  talk.decision(at('decision'), at('model'), { callId: callId(turn), evidence: { argumentsHash } })
  const evidence = { argumentsHash }
  files.request(at('call'), { ...(sendsId && { callId: callId(turn) }), arguments: given, evidence })
  const text = words(number * turns + turn, resultWords(number * turns + turn))
  files.result(at('call'), { text, evidence: { resultHash: resultHash(turn) } })
}

const promptOf = (number: number) => `Request ${number}: ${words(number, 25)}`

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')

function words(seed: number, count: number): string {
  return Array.from({ length: count }, (_, index) =>
    ((seed * 7919 + index * 104_729) % 1_500_007).toString(36),
  ).join(' ')
}
