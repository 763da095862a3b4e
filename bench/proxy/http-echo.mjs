// The least that an MCP server over HTTP can be: a tool call is answered with its own text. Prints its port.
import { createServer } from 'node:http'

const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString()
    const id = /"id":(\d+)/.exec(body)?.[1] ?? 'null'
    const text = /"text":"([^"]*)"/.exec(body)?.[1] ?? ''
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(
      `{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":"${text}"}],"isError":false}}`,
    )
  })
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
