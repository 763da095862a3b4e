import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { expect, test } from 'vitest'
import { fixture } from '../tools/servers.ts'
import { program, run, temporaryFolder } from './calltrail.ts'

const suite = `suite: notes
toolset: { servers: [notes] }
cases:
  - { id: talk, prompt: What is a note?, expect: { calls: [] } }
`

test('a tool definition that a client is shown anew starts a run, once; what a run saw itself does not', async () => {
  const folder = temporaryFolder()
  const env = { CALLTRAIL_HOME: join(folder, 'home') }
  const list = join(folder, 'tools.json')
  const { command, args } = fixture('changing.mjs', ['1.0.0', list])
  const show = (description: string) =>
    writeFileSync(list, JSON.stringify([{ name: 'read_note', description, inputSchema: { type: 'object' } }]))
  const schedules = {
    changed: {
      ...{ on: 'drift', suites: ['notes.yaml'], models: ['baseline:lexical'], exposures: ['full'] },
      ...{ gate: false },
    },
  }
  const config = { mcpServers: { notes: { command, args } }, schedules }
  writeFileSync(join(folder, 'calltrail.yaml'), JSON.stringify(config))
  writeFileSync(join(folder, 'notes.yaml'), suite)

  const look = async () => {
    const client = new Client({ name: 'desk', version: '7' })
    const recorded = [program, 'record', '--server', 'notes', '--', command, ...args]
    const transport = { command: process.execPath, args: recorded, env, stderr: 'ignore' } as const
    await client.connect(new StdioClientTransport(transport))
    await client.listTools()
    await client.close()
  }
  const once = async () => {
    const { stdout, stderr } = await run(['schedule', '--once', '--json'], { cwd: folder, env })
    const [{ last }] = JSON.parse(stdout).schedules
    return stderr.includes('begins') ? last : null
  }

  show('Reads a note.')
  await look()
  show('Reads a note, all of it.')
  expect(await once()).toMatchObject({ cause: 'first', exit_code: 0 })
  expect(await once()).toBeNull()
  show('Reads a note, or a part of it.')
  await look()
  expect(await once()).toMatchObject({ cause: 'drift', exit_code: 0 })
  expect(await once()).toBeNull()
}, 60_000)
