import { expect, test } from 'vitest'
import { describeError } from '../../src/errors.ts'
import { connect } from '../../src/tools/connection.ts'
import { fixture } from './servers.ts'

test('what a server was given in its environment is in no message, however it says it', async () => {
  const script =
    'process.stderr.write("login with " + process.env.API_KEY + " failed", () => process.exit(3))'
  const server = fixture('unused', [], { args: ['-e', script], env: { API_KEY: 'correct-horse-battery-77' } })
  const told = describeError(await connect(server).catch((error: unknown) => error))
  expect(told).toContain('login with [value of API_KEY] failed')
  expect(told).not.toContain('correct-horse')
})

test("the words of a server's stderr are marked line by line, and nothing of ours stands behind them", async () => {
  const script = 'process.stderr.write("boom:\\nno DATABASE_URL\\n", () => process.exit(3))'
  const server = fixture('unused', [], { args: ['-e', script], name: 'db' })
  const told = describeError(await connect(server).catch((error: unknown) => error))
  expect(told).toMatch(
    /server db exited with code 3 \(initialize\): Connection closed\nits stderr ends:\n {2}\| boom:\n {2}\| no DATABASE_URL$/,
  )
})

test('what a remote server is sent in its headers is in no message either', async () => {
  const told = describeError(
    await connect({
      transport: 'http',
      name: 'remote',
      url: 'http://127.0.0.1:9/mcp',
      headers: { 'x-api-key': 'correct-horse-77\nbattery' },
      location: { file: 'mcp.json', line: 1, column: 1 },
    }).catch((error: unknown) => error),
  )
  expect(told).toContain('remote')
  expect(told).not.toContain('correct-horse')
})
