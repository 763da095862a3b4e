// A stdio server that speaks MCP and tells of its progress three times before it answers.
import { createInterface } from 'node:readline'

const welcome = {
  protocolVersion: '2025-11-25',
  capabilities: { tools: {} },
  serverInfo: { name: 's', version: '1' },
}
const lines = (messages) =>
  messages.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join('')

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line)
  if (id === undefined) return
  if (method === 'initialize') process.stdout.write(lines([{ id, result: welcome }]))
  else process.stdout.write(lines([...progressOf(params._meta), { id, result: resultOf(params) }]))
})

function progressOf({ progressToken }) {
  return [1, 2, 3].map((progress) => ({
    ...{ method: 'notifications/progress', params: { progressToken, progress, total: 3 } },
  }))
}

function resultOf({ arguments: { n } }) {
  return { content: [{ type: 'text', text: `done ${n}` }], isError: false }
}
