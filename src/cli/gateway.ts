import { once } from 'node:events'
import { loadConfig } from '../config/calltrail-config.ts'
import { describeError, InfrastructureError } from '../errors.ts'
import { createGateway } from '../record/gateway.ts'
import { openLog } from './home.ts'
import { onInterrupt } from './interruption.ts'
import { say } from './run-command.ts'

const host = '127.0.0.1'
/** How long requests that are under way may take to end once the gateway was told to stop. */
const graceMs = 5_000

/** Runs until it is told to stop; that is its normal end. */
export async function gateway({ port, config: file }: { port: number; config?: string }): Promise<number> {
  const signal = onInterrupt('stopping; requests under way may end (again to stop at once)')
  const { identity, upstreams } = await loadConfig(file, process.cwd())
  const journal = openLog()
  const { server, close } = createGateway({ journal, identity, upstreams })
  try {
    await listen(server, port)
    const address = server.address()
    const bound = typeof address === 'object' && address ? address.port : port
    say(`listening on http://${host}:${bound}; give your client\n${variables(bound)}`)
    if (!signal.aborted) await once(signal, 'abort')
    server.close()
    server.closeIdleConnections()
    const late = setTimeout(() => server.closeAllConnections(), graceMs)
    await once(server, 'close')
    clearTimeout(late)
    return 0
  } finally {
    close()
    journal.close()
  }
}

async function listen(server: ReturnType<typeof createGateway>['server'], port: number): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    const message = `cannot listen on ${host}:${port}: ${describeError(error)}; --port takes another`
    throw new InfrastructureError('gateway', message)
  }
}

function variables(port: number): string {
  const base = `http://${host}:${port}`
  return `  OPENAI_BASE_URL=${base}/openai/v1\n  ANTHROPIC_BASE_URL=${base}/anthropic`
}
