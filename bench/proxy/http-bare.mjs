// The least that a proxy over HTTP can be: bodies and headers pass, and nobody looks at them. PORT TARGET
import { Agent, createServer, request } from 'node:http'

const [port, target] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true })
const server = createServer((incoming, outgoing) => {
  const { method, headers } = incoming
  const upstream = request(target + incoming.url, { method, headers, agent }, (response) => {
    outgoing.writeHead(response.statusCode, response.headers)
    response.pipe(outgoing)
  })
  incoming.pipe(upstream)
})
server.listen(Number(port), '127.0.0.1')
