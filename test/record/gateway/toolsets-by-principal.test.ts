import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { expect, onTestFinished, test } from 'vitest'
import { unknownIdentity } from '../../../src/domain/identity.ts'
import { newToken, staticTokens } from '../../../src/record/gateway/authentication/static-tokens.ts'
import { callerOf } from '../../../src/record/gateway/caller.ts'
import { configuredCredentials } from '../../../src/record/gateway/credentials/configured-credentials.ts'
import { fetchAs } from '../../../src/record/gateway/credentials/fetch-as.ts'
import { createGateway } from '../../../src/record/gateway/gateway.ts'
import { toolsetRoutes } from '../../../src/record/gateway/toolset-routes.ts'
import { type OpenToolset, toolsetsByPrincipal } from '../../../src/record/gateway/toolsets-by-principal.ts'
import { createExposure } from '../../../src/tools/exposures/exposures.ts'
import { openLiveToolset } from '../../../src/tools/live-toolset.ts'
import { temporaryHome } from '../../journal/temporary-home.ts'
import { openLog } from '../../store/recorded-home.ts'
import { startHttpServer } from '../../tools/http-server.ts'
import { context, fixture, toolset } from '../../tools/servers.ts'
import { unguarded } from './open-gateway.ts'

const [ana, bob] = [newToken(), newToken()]
const authenticator = staticTokens([
  { id: 'ana-laptop', sha256: ana.sha256, user: 'ana' },
  { id: 'bob-laptop', sha256: bob.sha256, user: 'bob' },
])

/** A gateway that shows `names` at `/mcp` to whoever has a token. */
async function serve(names: readonly string[], openTools: OpenToolset) {
  const journal = openLog(temporaryHome())
  const createOne = () => createExposure('full', toolset(names))
  const nowhere = 'http://127.0.0.1:1'
  const gateway = createGateway({
    ...{ ...unguarded, journal, identity: unknownIdentity, servers: {}, authenticator, isRequired: true },
    upstreams: { openai: nowhere, anthropic: nowhere, gemini: nowhere },
    toolset: toolsetRoutes(journal, { openTools, createExposure: createOne }),
  })
  gateway.server.listen(0, '127.0.0.1')
  await once(gateway.server, 'listening')
  onTestFinished(async () => {
    gateway.server.closeAllConnections()
    gateway.server.close()
    await gateway.close()
    journal.close()
  })
  return new URL(`http://127.0.0.1:${(gateway.server.address() as AddressInfo).port}/mcp`)
}

async function connect(url: URL, token: string): Promise<Client> {
  const client = new Client({ name: 'of-one', version: '1' })
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit }))
  onTestFinished(() => client.close())
  return client
}

const onFailure = () => {}
const namesOf = async (client: Client) => (await client.listTools()).tools.map(({ name }) => name)

test('what one principal does to its server, that of another knows nothing of', async () => {
  const url = await serve(['bench'], () =>
    openLiveToolset(toolset(['bench']), [fixture('workbench.mjs')], { onFailure }),
  )
  const [first, second, other] = [
    await connect(url, ana.token),
    await connect(url, ana.token),
    await connect(url, bob.token),
  ]
  await first.callTool({ name: 'bench__grow' })
  expect(await namesOf(second)).toContain('bench__grown')
  expect(await namesOf(other)).not.toContain('bench__grown')
})

test('a server is shown the credentials of whom it is called for', async () => {
  const [remote, another] = [await startHttpServer(), await startHttpServer()]
  onTestFinished(async () => {
    await Promise.all([remote.stop(), another.stop()])
  })
  const own = { ana: { authorization: 'Bearer of-ana' }, bob: { authorization: 'Bearer of-bob' } }
  const source = configuredCredentials({ server: 'remote', shared: { 'x-all': '1' }, own })
  // A server of this SDK has one session: each principal gets one of its own.
  const servers = [remote.definition, another.definition]
  const url = await serve(['remote'], (current) =>
    openLiveToolset(toolset(['remote']), servers.splice(0, 1), {
      onFailure,
      fetchFor: () => fetchAs(source, current),
    }),
  )
  for (const { token } of [ana, bob])
    await (await connect(url, token)).callTool({ name: 'remote__greet', arguments: {} })
  const shown = [remote, another].map(({ headers }) => new Set(headers.map((each) => each.authorization)))
  expect(shown).toEqual([new Set(['Bearer of-ana']), new Set(['Bearer of-bob'])])
  expect(remote.headers[0]).toMatchObject({ 'x-team': 'blue', 'x-all': '1' })
})

test('the toolset that was idle for longest is closed, and opened again when its principal comes back', async () => {
  const opened: string[] = []
  const closed: string[] = []
  const toolsets = toolsetsByPrincipal(
    (current) => {
      const user = () => current().identity.user?.value ?? ''
      opened.push(`${opened.length}`)
      const tools = openLiveToolset(toolset([]), [], { onFailure })
      return { ...tools, close: async () => void closed.push(user()) }
    },
    () => {},
  )
  const callerNamed = (user: string) => {
    const holder = { user, groups: null, role: null, env: null, scopes: null, credentialId: user }
    return callerOf({ ...holder, bearer: null, expiresAtMs: null }, unknownIdentity, [])
  }
  const first = toolsets.of(callerNamed('first'))
  for (let index = 1; index <= 100; index++) toolsets.of(callerNamed(`user ${index}`))
  expect(closed).toEqual(['first'])
  await first.listTools(context())
  expect(opened).toHaveLength(102)
  expect(closed).toEqual(['first', 'user 1'])
})
