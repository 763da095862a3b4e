import { expect, test } from 'vitest'
import { serverName } from '../../src/cli/record.ts'

test.for([
  ['npx -y @scope/server-files@1.2 DIR', 'server-files'],
  ['node dist/server-files.js DIR', 'server-files'],
  ['node /opt/server-files/dist/index.js DIR', 'server-files'],
  ['/usr/local/bin/files-mcp --stdio', 'files-mcp'],
  ['uvx mcp-server-git', 'mcp-server-git'],
  ['python3 ./server.py', 'server'],
  ['C:\\tools\\files.exe', 'files'],
])('%s is recorded as %s', ([line, name]) => {
  const [command = '', ...args] = line?.split(' ') ?? []
  expect(serverName(command, args)).toBe(name)
})
