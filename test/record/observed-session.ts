import { type Identity, unknownIdentity } from '../../src/domain/identity.ts'
import { readJournal } from '../../src/journal/reader.ts'
import type { Frame } from '../../src/record/framing.ts'
import { McpSession } from '../../src/record/mcp-session.ts'
import { all } from '../contracts/journal.ts'
import { openTestJournal, temporaryHome } from '../journal/temporary-home.ts'

/** A session whose messages are given as values, or as lines to the letter. */
export function observed(identity: Identity = unknownIdentity) {
  const home = temporaryHome()
  const journal = openTestJournal(home)
  const session = new McpSession({ journal, type: 'stdio', server: 'files', identity, evidence: {} })
  const frame = (message: unknown): Frame => {
    const text = typeof message === 'string' ? message : JSON.stringify(message)
    return { text, bytes: Buffer.byteLength(text) }
  }
  return {
    session,
    journal,
    client: (message: unknown) => session.observe('to server', frame(message)),
    server: (message: unknown) => session.observe('to client', frame(message)),
    async entries() {
      journal.flush()
      const reader = readJournal(home)
      const texts = new Map(
        (await all(reader.bodies(journal.log, 0))).map(({ body }) => [body.digest, body.text]),
      )
      const entries = (await all(reader.entries(journal.log, 0))).map(({ entry }) => entry)
      const text = (ref: unknown) => texts.get((ref as { digest: string }).digest)
      return { entries, text, kinds: entries.map(({ kind }) => kind) }
    },
  }
}

export const rpc = (message: object) => ({ jsonrpc: '2.0', ...message })
export const call = (id: unknown, params: object) => rpc({ id, method: 'tools/call', params })
export const initialize = rpc({
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', clientInfo: { name: 'claude-code', version: '2.1.0' } },
})
