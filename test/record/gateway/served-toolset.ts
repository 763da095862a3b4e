import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { Entry, EntryKind } from '../../../src/domain/entry.ts'
import { unknownIdentity } from '../../../src/domain/identity.ts'
import type { ServerDefinition, ToolsetDefinition } from '../../../src/domain/suite.ts'
import { openHome } from '../../../src/journal/home.ts'
import { readJournal } from '../../../src/journal/reader.ts'
import { createGateway, type Gateway } from '../../../src/record/gateway/gateway.ts'
import { toolsetRoutes } from '../../../src/record/gateway/toolset-routes.ts'
import { createExposure } from '../../../src/tools/exposures/exposures.ts'
import { openLiveToolset } from '../../../src/tools/live-toolset.ts'
import { openLog } from '../../store/recorded-home.ts'
import { unguarded } from './open-gateway.ts'

interface Serving {
  readonly definition: ToolsetDefinition
  readonly servers: readonly ServerDefinition[]
  readonly exposure: string
  /** Where its home is made. */
  readonly folder: string
}

/** A gateway that shows the toolset through an exposure, with a home of its own. */
export async function serveToolset({ definition, servers, exposure, folder }: Serving) {
  const home = openHome(mkdtempSync(join(folder, 'home-')))
  const journal = openLog(home)
  const failures: string[] = []
  const tools = openLiveToolset(definition, servers, { onFailure: (server) => failures.push(server) })
  const served = toolsetRoutes(journal, {
    openTools: () => tools,
    createExposure: () => createExposure(exposure, definition),
  })
  const nowhere = 'http://127.0.0.1:1'
  const upstreams = { openai: nowhere, anthropic: nowhere, gemini: nowhere }
  const gateway: Gateway = createGateway({
    ...unguarded,
    journal,
    identity: unknownIdentity,
    upstreams,
    servers: {},
    toolset: served,
  })
  gateway.server.listen(0, '127.0.0.1')
  await once(gateway.server, 'listening')
  const url = new URL(`http://127.0.0.1:${(gateway.server.address() as AddressInfo).port}/mcp`)
  /** All that is in the journal so far. */
  async function entries(): Promise<readonly Entry[]> {
    journal.flush()
    const read: Entry[] = []
    const reader = readJournal(home)
    for (const { log } of await reader.logs())
      for await (const { entry } of reader.entries(log, 0)) read.push(entry)
    return read
  }
  return {
    ...{ url, tools, failures, entries },
    async recorded() {
      const read = await entries()
      return <K extends EntryKind>(kind: K) =>
        read.flatMap((entry) =>
          entry.kind === kind ? [entry.data as Extract<Entry, { kind: K }>['data']] : [],
        )
    },
    async stop() {
      gateway.server.closeAllConnections()
      gateway.server.close()
      await gateway.close()
      journal.close()
    },
  }
}

export async function connect(url: URL, era: 'legacy' | 'modern') {
  const options = era === 'modern' ? { versionNegotiation: { mode: 'auto' } as const } : {}
  const client = new Client({ name: `${era}-client`, version: '1' }, options)
  await client.connect(new StreamableHTTPClientTransport(url))
  return client
}
