import { unknownIdentity } from '../../src/domain/identity.ts'
import { openHome, readKey } from '../../src/journal/home.ts'
import { openJournal } from '../../src/journal/journal.ts'
import { createRedactor } from '../../src/policy/redactor.ts'
import { endAs, proxyStdio } from '../../src/record/stdio-proxy.ts'

// What `calltrail record` does, without its command line: HOME COMMAND ARG...
const [homePath = '', command = '', ...args] = process.argv.slice(2)
const home = openHome(homePath)
const journal = openJournal({ home, redactor: createRedactor(readKey(home, 'redaction')) })
const exit = await proxyStdio({
  command,
  args,
  server: 'files',
  journal,
  identity: unknownIdentity,
  input: process.stdin,
  output: process.stdout,
  environment: process.env,
})
journal.close()
if (exit.message !== null) process.stderr.write(`${exit.message}\n`)
endAs(exit)
