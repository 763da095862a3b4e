import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { configSchema, loadConfig } from '../src/config/calltrail-config.ts'
import { defineGateway } from '../src/config/gateway-config.ts'
import { defineSchedules } from '../src/config/schedules-config.ts'
import { defineServers, serverNames } from '../src/config/servers-file.ts'
import { loadSuites } from '../src/config/suites.ts'
import { isJsonObject } from '../src/domain/json.ts'
import type { Message } from '../src/domain/model.ts'
import { clearingTrials, confirmingTrials } from '../src/evaluate/gate/screen.ts'
import { createModel } from '../src/models/models.ts'
import { exposureNames, exposuresUnlessSaid } from '../src/tools/exposures/exposures.ts'
import { program, temporaryFolder } from './cli/calltrail.ts'
import { runHere } from './cli/run-here.ts'
import {
  blocks,
  brokenLinks,
  codeIn,
  documents,
  firstColumn,
  linkedFiles,
  optionsByCommand,
  readDocument,
  sectionOf,
} from './documents.ts'

const readme = readDocument('README.md')
const contributing = readDocument('CONTRIBUTING.md')
const commands = readDocument('docs/commands.md')
const everywhere = [...documents, contributing]
const manifest = JSON.parse(readDocument('package.json').text)

describe('README.md and docs/', () => {
  test('name npm scripts and files that there are', () => {
    const text = everywhere.map((document) => document.text).join('\n')
    const scripts = [...text.matchAll(/npm (start|test|run (\w+))/g)].map(
      ([, script, name]) => name ?? script,
    )
    expect(scripts.length).toBeGreaterThan(10)
    for (const script of scripts) expect(manifest.scripts).toHaveProperty(script ?? '')
    const files = text.match(/\b(?:bench|schemas|dashboards|scripts|docs)\/[\w/-]+(?:\.\w+)+/g) ?? []
    expect(files.length).toBeGreaterThan(10)
    for (const file of files) expect([file, existsSync(file)]).toEqual([file, true])
  })

  test('have commands that run', async () => {
    const env = { CALLTRAIL_HOME: join(temporaryFolder(), 'home') }
    const lines = documents.flatMap((document) => blocks(document, 'sh').join('').split('\n'))
    const typed = lines.flatMap(
      (line) => /^CALLTRAIL_HOME=\S+ node dist\/cli\/main\.js (.*)$/.exec(line)?.[1] ?? [],
    )
    expect(typed.length).toBeGreaterThan(1)
    const suite = 'suites/quickstart/guard.yaml'
    const played = await runHere(['eval', suite, '--model', 'baseline:lexical', '--exposure', 'full'], {
      env,
    })
    expect(played).toMatchObject({ code: 0 })
    for (const command of typed) {
      const { code, stdout, stderr } = await runHere(command.split(' '), { env })
      expect({ command, code, stderr }).toMatchObject({ command, code: 0 })
      expect(stdout.split('\n').length).toBeGreaterThan(2)
    }
    const incident = blocks(readDocument('docs/incidents.md'), 'sh')
      .join('')
      .replace('./.calltrail', env.CALLTRAIL_HOME)
    const cwd = temporaryFolder()
    const followed = spawnSync('sh', ['-ec', `calltrail() { node '${program}' "$@"; }\n${incident}`], {
      cwd,
      encoding: 'utf8',
    })
    expect(followed).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('suites/incidents.yaml (new)'),
    })
    expect(readdirSync(cwd).toSorted()).toEqual(['chain.html', 'chain.json', 'suites'])
  }, 60_000)

  test('lead to a first suite that passes, word by word', async () => {
    const folder = join(temporaryFolder(), 'work')
    mkdirSync(folder)
    const first = { file: 'README.md', text: sectionOf(readme, 'A first suite') }
    const [prepare = '', played = ''] = blocks(first, 'sh')
    execFileSync('sh', ['-c', prepare.replaceAll('CLONE', process.cwd())], { cwd: folder })
    const [config = '', suite = ''] = blocks(first, 'yaml')
    const installed = resolve('node_modules/@modelcontextprotocol/server-filesystem/dist/index.js')
    const npx = 'command: npx, args: [-y, "@modelcontextprotocol/server-filesystem"'
    expect(config).toContain(npx)
    writeFileSync(join(folder, 'calltrail.yaml'), config.replace(npx, `command: node, args: ["${installed}"`))
    writeFileSync(join(folder, 'suites/files.yaml'), suite)
    const [command = ''] = /^calltrail ([^#\n]*)/.exec(played)?.slice(1) ?? []
    const env = { CALLTRAIL_HOME: join(folder, 'home') }
    const { code, stdout, stderr } = await runHere(command.trim().split(/ +/), { cwd: folder, env })
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(stdout).toMatch(/baseline:lexical.*\n +full +100 %/)
    expect(stderr).not.toContain('itself')
    expect(readdirSync(join(folder, 'files'))).toEqual(['config.yaml'])
  }, 60_000)

  test('list the commands and options of --help, all of them', async () => {
    const offered = await optionsByCommand()
    const { stdout } = await runHere(['--help'])
    const names = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].flatMap(([, name = '']) =>
      name === 'help' ? [] : [name],
    )
    const told = firstColumn(readme, 'command').map((command) => command.replace('calltrail ', ''))
    expect(told.toSorted()).toEqual(names.toSorted())
    const listed = blocks(commands, '').flatMap((block) => block.trimEnd().split('\n'))
    const lists = listed.map((line) => [commandOf(line, offered), optionsIn(line).toSorted()])
    const all = [...offered].filter(
      ([name]) => ![...offered.keys()].some((key) => key.startsWith(`${name} `)),
    )
    expect(lists.toSorted()).toEqual(all.map(([name, options]) => [name, options.toSorted()]).toSorted())
  })

  test('speak of no command and no option that there is not', async () => {
    const offered = await optionsByCommand()
    const options = new Set([...offered.values()].flat())
    const mentioned = documents.flatMap((document) => codeIn(document))
    const calls = mentioned.filter((code) => /^calltrail [a-z]/.test(code))
    expect(calls.length).toBeGreaterThan(20)
    for (const code of calls) {
      const [call = ''] = code.split(/ -- | {2,}#/)
      const name = commandOf(call, offered)
      expect([code, offered.has(name)]).toEqual([code, true])
      expect([code, optionsIn(call).filter((option) => !offered.get(name)?.includes(option))]).toEqual([
        code,
        [],
      ])
    }
    const alone = mentioned.filter((code) => /^--[a-z]/.test(code)).flatMap(optionsIn)
    expect(alone.filter((option) => !options.has(option))).toEqual([])
  })

  test('lead to files and headings that are there, to every document, and to nothing that is not published', () => {
    for (const document of everywhere)
      expect([document.file, brokenLinks(document)]).toEqual([document.file, []])
    const files = documents.map(({ file }) => file).filter((file) => file !== 'README.md')
    expect([...new Set(linkedFiles(readme))].toSorted()).toEqual([...files, 'CONTRIBUTING.md'].toSorted())
    expect(manifest.files).toEqual(expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'docs']))
  })

  test('list the exposures, first those that are played unless said otherwise', () => {
    const listed = firstColumn(readme, 'exposure')
    expect(listed).toEqual(exposureNames)
    expect(listed.slice(0, 4)).toEqual(exposuresUnlessSaid)
  })

  test('list the sections of calltrail.yaml, and show each', () => {
    const sections = Object.keys(configSchema.shape).toSorted()
    expect(firstColumn(commands, 'section').toSorted()).toEqual(sections)
    const shown = documents.flatMap((document) => blocks(document, 'yaml')).join('')
    for (const section of sections) expect(shown).toMatch(new RegExp(`^${section}:`, 'm'))
  })

  test('list the matchers and orders of suites', () => {
    const { text } = readDocument('docs/suites.md')
    const told = (word: string) =>
      [...(new RegExp(`^${word}.*?: (.*)$`, 'm').exec(text)?.[1] ?? '').matchAll(/`([^`]+)`/g)].flatMap(
        ([, code = '']) => code.match(/[a-zA-Z-]+/g) ?? [],
      )
    const { $defs } = JSON.parse(readDocument('schemas/suite.schema.json').text)
    const definitions = Object.values($defs).filter(isJsonObject)
    const matchers = definitions.flatMap(({ properties }) =>
      isJsonObject(properties) && 'jsonSubset' in properties ? Object.keys(properties) : [],
    )
    const orders = definitions.flatMap(({ enum: names }) =>
      Array.isArray(names) && names.includes('subset') ? names : [],
    )
    expect(matchers.length * orders.length).toBeGreaterThan(0)
    expect(new Set(told('Matchers'))).toEqual(new Set(matchers))
    expect(new Set(told('Orders'))).toEqual(new Set([...orders, 'id', 'after']))
  })

  test('list the rooms of the house', () => {
    const rooms = readdirSync('src', { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    )
    const listed = [...contributing.text.matchAll(/^ {2}([a-z]+)\/ /gm)].map(([, name]) => name)
    expect(listed.sort()).toEqual(rooms.sort())
  })

  test('show parts of calltrail.yaml that load', async () => {
    const parts = documents.flatMap((document) => blocks(document, 'yaml')).filter(isConfig)
    const variables = new Proxy({}, { get: (_, name) => `value of ${String(name)}` })
    expect(parts.length).toBeGreaterThan(8)
    for (const part of parts) {
      const config = await loadPart(part)
      const names = serverNames(config.servers)
      defineServers(config.servers, names, variables)
      defineGateway(config.gateway, names, variables)
    }
    const [access = ''] = parts.filter((part) => part.includes('  tokens:'))
    const { gateway } = await loadPart(access)
    const { tokens, credentials, exchange } = defineGateway(gateway, ['tickets', 'wiki'], variables)
    expect(tokens).toMatchObject([{ id: 'ana-laptop', user: 'ana' }])
    expect(credentials).toMatchObject({ tickets: { ana: { Authorization: 'Bearer value of ANA_TICKETS' } } })
    expect(exchange).toMatchObject({ wiki: { clientSecret: 'value of EXCHANGE_SECRET' } })
  })

  test('show a schedule that loads', async () => {
    const folder = temporaryFolder()
    const yaml = documents.flatMap((document) => blocks(document, 'yaml'))
    const [section = ''] = yaml.filter((block) => block.startsWith('schedules:'))
    writeFileSync(join(folder, 'calltrail.yaml'), section)
    const { schedules } = await loadConfig(undefined, folder)
    const [nightly] = await defineSchedules(schedules, { SLACK_WEBHOOK: 'https://hooks.slack.example/x' })
    expect(nightly).toMatchObject({ timezone: 'Europe/Berlin', onDrift: true, eval: { gate: 'on' } })
  })

  test('show a script that plays the first suite, and a recording that is found', async () => {
    const folder = temporaryFolder()
    const { text } = readDocument('docs/suites.md')
    const models = { file: '', text: sectionOf({ file: '', text }, 'Models') }
    const play = async (kind: string, block: string, messages: readonly Message[]) => {
      writeFileSync(join(folder, kind), block)
      const model = await createModel(`${kind}:${join(folder, kind)}`, { env: {} })
      return model.generate({ messages, tools: [], seed: 1 }, new AbortController().signal)
    }
    const [script = ''] = blocks(models, 'yaml')
    const [, suite = ''] = blocks({ file: '', text: sectionOf(readme, 'A first suite') }, 'yaml')
    const { cases } = parse(suite)
    const [port, talk] = cases.map(({ prompt }: { prompt: string }) => ({ role: 'user', text: prompt }))
    const { decisions } = await play('scripted', script, [port])
    expect(decisions.map(({ tool }) => tool)).toEqual([cases[0].expect.calls[0].tool])
    const turn: Message = { role: 'assistant', text: '', decisions }
    const answer = await play('scripted', script, [port, turn])
    expect(answer.text).toContain(cases[0].expect.answer.contains)
    expect(await play('scripted', script, [talk])).toMatchObject({ decisions: cases[1].expect.calls })
    const [recorded = ''] = blocks(models, 'json')
    expect((await play('replay', recorded, [talk])).text).toBe('A number.')
  })

  test('say how much the gate plays at most', () => {
    const more = clearingTrials + confirmingTrials
    const { text } = readDocument('docs/gate.md')
    expect(text).toContain(`${more} more trials of every case`)
    expect([(3 + more) / 3, 1 + more]).toEqual([5, 13])
    expect(text).toContain('five times the planned trials at three of each case, 13 times with')
    expect(readDocument('docs/nightly.md').text).toContain(`${more} more trials of each case`)
  })

  test('show suites that load', async () => {
    const yaml = documents.flatMap((document) => blocks(document, 'yaml'))
    const [toolsets = ''] = yaml.filter((block) => block.startsWith('toolsets:'))
    const folder = join(temporaryFolder(), 'work')
    mkdirSync(join(folder, 'suites'), { recursive: true })
    cpSync('policies', join(folder, 'policies'), { recursive: true })
    for (const [index, suite] of yaml.filter(isSuite).entries())
      writeFileSync(join(folder, `suites/${index}.yaml`), suite)
    const recording = { chain: 'c', recorded: '', servers: {}, calls: [] }
    const cassette = { cassette: 1, servers: {}, cases: { 'clean-up-the-old-backups': recording } }
    writeFileSync(join(folder, 'suites/incidents.cassette.json'), JSON.stringify(cassette))
    writeFileSync(join(folder, 'calltrail.yaml'), servers + toolsets)
    const suites = await loadSuites(['suites'], await loadConfig(undefined, folder))
    expect(suites.map(({ name, cases }) => [name, cases.map(({ id }) => id)])).toEqual([
      ['files', ['port-of-the-service', 'small-talk']],
      ['incidents', ['clean-up-the-old-backups']],
      ['notes', ['the-server-moves']],
    ])
    expect(suites[1]).toMatchObject({ toolset: { cassette: { miss: 'fail' } }, cases: [{ draft: true }] })
    expect(suites[2]?.toolset.composite?.actions.map(({ name }) => name)).toEqual(['note_file'])
  })

  test('show JSON that parses', () => {
    const json = documents.flatMap((document) => blocks(document, 'json'))
    expect(json.length).toBeGreaterThan(0)
    for (const block of json) expect(() => JSON.parse(block)).not.toThrow()
  })
})

const servers = `mcpServers:
  files: { command: x }
  filesystem: { command: x }
  memory: { command: x }
  tickets: { url: 'https://tickets.example/mcp' }
  wiki: { url: 'https://wiki.example/mcp' }
`

const isSuite = (block: string) => block.startsWith('suite:')
/** What is a list is a script. */
const isConfig = (block: string) => !isSuite(block) && !block.startsWith('- ')

async function loadPart(part: string) {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'calltrail.yaml'), part.startsWith('mcpServers:') ? part : servers + part)
  return loadConfig(undefined, folder)
}

/** The words of the command that a line calls: as many of its first ones as are a command. */
function commandOf(line: string, offered: ReadonlyMap<string, unknown>): string {
  const [, first = '', second = ''] = line.split(' ')
  return offered.has(`${first} ${second}`) ? `${first} ${second}` : first
}

function optionsIn(line: string): readonly string[] {
  return line.match(/--[a-z][a-z-]+/g) ?? []
}
