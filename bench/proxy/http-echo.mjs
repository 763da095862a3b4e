// The least that an MCP server over HTTP can be: a tool call is answered with its own text. PORT
import { createServer } from 'node:http'

const welcome = JSON.stringify({
  protocolVersion: '2025-11-25',
  capabilities: { tools: {} },
  serverInfo: { name: 'echo', version: '1' },
})
const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString()
    const id = /"id":(\d+)/.exec(body)?.[1]
    if (id === undefined) {
      response.writeHead(request.method === 'POST' ? 202 : 405).end()
      return
    }
    const result = /^.{0,60}"method":"initialize"/.test(body) ? welcome : echoOf(body)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(`{"jsonrpc":"2.0","id":${id},"result":${result}}`)
  })
})

function echoOf(body) {
  const text = /"text":"([^"]*)"/.exec(body)?.[1] ?? ''
  return `{"content":[{"type":"text","text":"${text}"}],"isError":false}`
}
server.listen(Number(process.argv[2]), '127.0.0.1')
