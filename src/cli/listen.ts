import { once } from 'node:events'
import type { Server } from 'node:http'
import { describeError, InfrastructureError } from '../errors.ts'
import { isCode } from '../journal/home.ts'

/** The address, once it is bound. */
export async function listen(server: Server, port: number, host: string): Promise<string> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    const way = isCode(error, 'EADDRINUSE') || isCode(error, 'EACCES') ? '--port' : '--host'
    const message = `cannot listen on ${host}:${port}: ${describeError(error)}; ${way} takes another`
    throw new InfrastructureError('listen', message)
  }
  const address = server.address()
  const bound = typeof address === 'object' && address ? address.port : port
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`
}
