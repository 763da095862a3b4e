import { Agent } from 'undici'
import { connectorWithoutContinue } from './without-continue.ts'

/** Beyond this many pools the one that was idle for longest is closed, once what it carries has ended. */
const limit = 1_000

const agents = new Map<string, Agent>()

const newAgent = () =>
  new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: connectorWithoutContinue({ timeout: 0 }) })

/**
 * Connections are kept for the next request, of the same pool only: a server may know who is there by its connection.
 * undici's own client costs half of what `node:http`'s does. No timeout is ours.
 */
export function upstreamAgent(pool = ''): Agent {
  const agent = agents.get(pool) ?? newAgent()
  agents.delete(pool)
  agents.set(pool, agent)
  if (agents.size <= limit) return agent
  const [oldest = ''] = agents.keys()
  void agents.get(oldest)?.close()
  agents.delete(oldest)
  return agent
}
