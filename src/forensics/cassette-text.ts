import type { WrittenCassette } from '../config/cassette-file.ts'
import type { RecordedCall } from '../domain/cassette.ts'
import type { RecordedTools } from './recorded-tools.ts'

export interface NewRecording {
  readonly id: string
  readonly chain: string
  /** UTC. */
  readonly at: string
  readonly calls: readonly RecordedCall[]
  readonly tools: readonly RecordedTools[]
}

export const emptyCassette: WrittenCassette = { cassette: 1, servers: {}, cases: {} }

/** The cassette with the recording of another case; the tools of a server that it has already are not there twice. */
export function withRecording(cassette: WrittenCassette, recording: NewRecording): WrittenCassette {
  const { id, chain, at, calls, tools } = recording
  const servers = { ...cassette.servers }
  for (const { server, serverVersion, id, tools: definitions } of tools) {
    const known = servers[server] ?? []
    if (known.some((snapshot) => snapshot.id === id)) continue
    servers[server] = [...known, { id, version: serverVersion, tools: [...(definitions ?? [])] }]
  }
  const written = calls.map(({ tool, arguments: given, answer }) => ({
    tool,
    arguments: given,
    ...('content' in answer ? { result: { ...answer, content: [...answer.content] } } : { failure: answer }),
  }))
  const recorded = {
    chain,
    recorded: at,
    servers: Object.fromEntries(tools.map(({ server, id }) => [server, id])),
    calls: written,
  }
  return { ...cassette, servers, cases: { ...cassette.cases, [id]: recorded } }
}

export function cassetteText(cassette: WrittenCassette): string {
  return `${JSON.stringify(cassette, null, 2)}\n`
}
