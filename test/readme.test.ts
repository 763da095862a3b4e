import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../src/config/calltrail-config.ts'
import { defineGateway } from '../src/config/gateway-config.ts'
import { defineSchedules } from '../src/config/schedules-config.ts'
import { loadSuites } from '../src/config/suites.ts'
import { run, temporaryFolder } from './cli/calltrail.ts'

const readme = readFileSync('README.md', 'utf8')
const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
// Fences alternate: one that opens, with its language, and one that closes.
const fenced = [...readme.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
const blocks = (language: string) =>
  fenced.flatMap(([, name, text = '']) => (name === language ? [text] : []))

describe('the README', () => {
  test('names npm scripts that there are', () => {
    const named = [...readme.matchAll(/npm (start|test|run (\w+))/g)].map(
      ([, script, name]) => name ?? script,
    )
    expect(named.length).toBeGreaterThan(3)
    for (const script of named) expect(manifest.scripts).toHaveProperty(script ?? '')
  })

  test('has commands that run', async () => {
    const home = join(temporaryFolder(), 'home')
    const lines = blocks('sh').flatMap((block) => block.split('\n'))
    const commands = lines.flatMap(
      (line) => /^CALLTRAIL_HOME=\S+ node dist\/cli\/main\.js (.*)$/.exec(line)?.[1] ?? [],
    )
    expect(commands.length).toBeGreaterThan(2)
    const env = { CALLTRAIL_HOME: home }
    const suite = 'suites/quickstart/guard.yaml'
    await run(['eval', suite, '--model', 'baseline:lexical', '--exposure', 'full'], { env })
    for (const command of commands) {
      const { code, stdout } = await run(command.split(' '), { env })
      expect([command, code]).toEqual([command, 0])
      expect(stdout.split('\n').length).toBeGreaterThan(2)
    }
  })

  test('lists the commands and options of --help, all of them', async () => {
    const listed = blocks('').flatMap((block) =>
      block.split('\n').filter((line) => line.startsWith('calltrail ')),
    )
    const { stdout } = await run(['--help'])
    const names = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].flatMap(([, name = '']) =>
      name === 'help' ? [] : [name],
    )
    expect(new Set(listed.map((line) => line.split(' ')[1]))).toEqual(new Set(names))
    for (const line of listed) {
      const [, name = '', sub] = line.split(' ')
      const path = sub !== undefined && /^[a-z][a-z0-9-]*$/.test(sub) ? [name, sub] : [name]
      const help = (await run([...path, '--help'])).stdout
      const options = (text: string) =>
        new Set([...text.matchAll(/--[a-z-]+(?=[ \]])/g)].map(([option]) => option))
      const offered = options(help.slice(help.indexOf('Options:')))
      offered.delete('--help')
      expect([path, options(line)]).toEqual([path, offered])
    }
  })

  test('lists the rooms of the house', () => {
    const rooms = readdirSync('src', { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    )
    const listed = [...readme.matchAll(/^ {2}([a-z]+)\/ /gm)].map(([, name]) => name)
    expect(listed.sort()).toEqual(rooms.sort())
  })

  test('shows a gateway that loads', async () => {
    const folder = temporaryFolder()
    const [section = ''] = blocks('yaml').filter((block) => block.startsWith('gateway:'))
    writeFileSync(join(folder, 'calltrail.yaml'), section)
    const { gateway } = await loadConfig(undefined, folder)
    const names = [...section.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name)
    const variables = Object.fromEntries(names.map((name) => [name, `value of ${name}`]))
    const { tokens, credentials, exchange } = defineGateway(gateway, ['tickets', 'wiki'], variables)
    expect(tokens).toMatchObject([{ id: 'ana-laptop', user: 'ana' }])
    expect(credentials).toMatchObject({ tickets: { ana: { Authorization: 'Bearer value of ANA_TICKETS' } } })
    expect(exchange).toMatchObject({ wiki: { clientSecret: 'value of EXCHANGE_SECRET' } })
  })

  test('shows a schedule that loads', async () => {
    const folder = temporaryFolder()
    const [section = ''] = blocks('yaml').filter((block) => block.startsWith('schedules:'))
    writeFileSync(join(folder, 'calltrail.yaml'), section)
    const { schedules } = await loadConfig(undefined, folder)
    const [nightly] = await defineSchedules(schedules, { SLACK_WEBHOOK: 'https://hooks.slack.example/x' })
    expect(nightly).toMatchObject({ timezone: 'Europe/Berlin', onDrift: true, eval: { gate: 'on' } })
  })

  test('shows a suite that loads', async () => {
    const folder = join(temporaryFolder(), 'work')
    mkdirSync(folder)
    const [suite = ''] = blocks('yaml').filter((block) => block.startsWith('suite:'))
    for (const name of ['suites', 'policies']) mkdirSync(join(folder, name))
    writeFileSync(join(folder, 'suites/suite.yaml'), suite)
    cpSync('policies', join(folder, 'policies'), { recursive: true })
    writeFileSync(join(folder, 'mcp.json'), JSON.stringify({ mcpServers: { filesystem: { command: 'x' } } }))
    writeFileSync(join(folder, 'calltrail.yaml'), 'mcpServers: mcp.json\n')
    const [loaded] = await loadSuites(['suites/suite.yaml'], await loadConfig(undefined, folder))
    expect(loaded?.cases.map(({ id }) => id)).toEqual(['port-of-the-service', 'small-talk'])
  })

  test('shows actions that load', async () => {
    const folder = temporaryFolder()
    const [toolsets = ''] = blocks('yaml').filter((block) => block.startsWith('toolsets:'))
    const servers = 'mcpServers: { filesystem: { command: x }, memory: { command: x } }\n'
    writeFileSync(join(folder, 'calltrail.yaml'), servers + toolsets)
    const { toolsets: loaded } = await loadConfig(undefined, folder)
    expect(loaded[0]?.composite?.actions.map(({ name }) => name)).toEqual(['note_file'])
  })

  test('shows a promoted suite that loads, with a cassette', async () => {
    const [suite = ''] = blocks('yaml').filter((block) => block.startsWith('suite: incidents'))
    const recording = { chain: 'c', recorded: '', servers: {}, calls: [] }
    const cassette = { cassette: 1, servers: {}, cases: { 'clean-up-the-old-backups': recording } }
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'incidents.yaml'), suite)
    writeFileSync(join(folder, 'incidents.cassette.json'), JSON.stringify(cassette))
    const [loaded] = await loadSuites(['incidents.yaml'], await loadConfig(undefined, folder))
    expect(loaded).toMatchObject({ toolset: { cassette: { miss: 'fail' } }, cases: [{ draft: true }] })
  })

  test('shows JSON that parses', () => {
    for (const block of blocks('json')) expect(() => JSON.parse(block)).not.toThrow()
  })
})
