import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { testKey } from '../../fixtures/providers/provider-server.ts'

export const model = 'gemini-test'
export const tools = [
  { functionDeclarations: [{ name: 'files__read' }, { name: 'files__list' }] },
  { googleSearch: {} },
]
export const systemInstruction = { parts: [{ text: 'Answer briefly.' }] }
export const contents = [{ role: 'user', parts: [{ text: 'Which port?' }] }]
export const question = { systemInstruction, contents, tools }
export const body = JSON.stringify(question)
export const key = { 'x-goog-api-key': testKey }

/** Two calls at once, one of them with an id; and what a model thinks. */
export const calling = {
  ...{ thinking: { text: 'Let me think 🚆', signature: '' }, text: 'Größe: let me look. 🚆' },
  calls: [
    { id: 'call_a', name: 'files__read', arguments: '{"path": "a.yaml", "big": 12345678901234567890}' },
    { id: '', name: 'files__list', arguments: '' },
  ],
  usage: {
    ...{ promptTokenCount: 20, candidatesTokenCount: 10, thoughtsTokenCount: 4, totalTokenCount: 34 },
    cachedContentTokenCount: 5,
  },
}

export const ways = [
  ['in one piece', `/v1beta/models/${model}:generateContent`],
  ['as events', `/v1beta/models/${model}:streamGenerateContent?alt=sse`],
  ['as an array', `/v1beta/models/${model}:streamGenerateContent`],
  [
    'from Vertex AI',
    `/v1/projects/p/locations/eu/publishers/google/models/${model}:streamGenerateContent?alt=sse`,
  ],
] as const
export const [inOnePiece, asEvents, asArray] = ways.map(([, path]) => path) as [string, string, string]

export async function upstream(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Nobody listens there. */
export async function silentAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return `http://127.0.0.1:${port}`
}
