import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { unknownIdentity } from '../../../src/domain/identity.ts'
import { openHome, readKey } from '../../../src/journal/home.ts'
import { openJournal } from '../../../src/journal/journal.ts'
import { createRedactor } from '../../../src/policy/redactor.ts'
import { createGateway } from '../../../src/record/gateway/gateway.ts'

// What `calltrail gateway` does, without its command line: HOME URL-OF-A-SERVER COMMAND-OF-ANOTHER ARG... Prints its port.
const [homePath = '', url = '', command = '', ...args] = process.argv.slice(2)
const home = openHome(homePath)
const journal = openJournal({ home, redactor: createRedactor(readKey(home, 'redaction')) })
const location = { file: 'calltrail.yaml', line: 1, column: 1 }
const local = {
  name: 'local',
  command,
  args,
  env: {},
  cwd: process.cwd(),
  transport: 'stdio',
  location,
} as const
const { server } = createGateway({
  ...{ journal, identity: unknownIdentity, servers: { remote: url } },
  stdioServers: [local],
  upstreams: { openai: url, anthropic: url, gemini: url },
  ...{ authenticator: null, isRequired: false, credentials: {}, issuer: null, url: null },
  ...{ hosts: [], origins: [], tell: (message: string) => process.stderr.write(`${message}\n`) },
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
