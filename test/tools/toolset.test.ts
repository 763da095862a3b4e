import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/domain/json.ts'
import { textOf } from '../../src/domain/tool.ts'
import { openToolset, type Toolset } from '../../src/tools/toolset.ts'
import type { TrialTools } from '../../src/tools/trial-tools.ts'
import { expectGone, isRunning } from './processes.ts'
import { call, context, fixture, reference, toolset } from './servers.ts'

const folder = `\${CALLTRAIL_WORKSPACE}`
const servers = [
  reference('filesystem', [folder]),
  reference('memory', [], { MEMORY_FILE_PATH: `${folder}/memory.jsonl` }),
  fixture('workbench.mjs', [], { cwd: folder }),
  fixture('workbench.mjs', [], { name: 'aside' }),
]

let temporary: string
let workspace: string
let tools: Toolset
const pids = new Set<number>()

const before = process.env.TMPDIR
beforeAll(async () => {
  temporary = await realpath(await mkdtemp(join(tmpdir(), 'toolset-test-')))
  workspace = join(temporary, 'workspace')
  await mkdir(workspace)
  await writeFile(join(workspace, 'note.txt'), 'pristine')
  process.env.TMPDIR = temporary
  tools = await openToolset(toolset(['filesystem', 'memory', 'bench', 'aside'], { workspace }), servers)
})
afterAll(async () => {
  await tools.close()
  process.env.TMPDIR = before
  await rm(temporary, { recursive: true })
})

const ask = async (trial: TrialTools, name: string, args: JsonObject = {}) =>
  textOf(await trial.callTool(call(name, args), context()))

async function pidOf(trial: TrialTools, server = 'bench'): Promise<number> {
  const pid = Number(await ask(trial, `${server}/pid`))
  pids.add(pid)
  return pid
}

async function root(trial: TrialTools): Promise<string> {
  return (await ask(trial, 'filesystem/list_allowed_directories')).split('\n')[1] ?? ''
}

test('a toolset without a workspace works on a copy of the one that its servers name, never on that itself', async () => {
  const byDefault = (path: string) => `\${CALLTRAIL_WORKSPACE:-${path}}`
  const named = [
    fixture('workbench.mjs', [], { cwd: byDefault(workspace) }),
    fixture('workbench.mjs', [byDefault('workspace')], { name: 'aside', cwd: temporary }),
  ]
  const unnamed = await openToolset(toolset(['bench', 'aside']), named)
  const trial = unnamed.forTrial({ writes: false })
  expect(await ask(trial, 'bench/read_note')).toBe('pristine')
  await ask(trial, 'bench/write_note', { text: 'overwritten' })
  expect(await ask(trial, 'bench/read_note')).toBe('overwritten')
  await unnamed.close()
  expect(await readFile(join(workspace, 'note.txt'), 'utf8')).toBe('pristine')
  const elsewhere = [...named.slice(1), fixture('workbench.mjs', [byDefault('other')])]
  await expect(openToolset(toolset(['bench', 'aside']), elsewhere)).rejects.toThrow('different workspaces')
})

describe('trials of one toolset', () => {
  test('see the tools of all servers in one list, which they share', async () => {
    const [first, second] = [tools.forTrial({ writes: false }), tools.forTrial({ writes: true })]
    const list = await first.listTools(context())
    expect(list.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['filesystem/read_text_file', 'memory/read_graph', 'bench/echo', 'aside/echo']),
    )
    expect(await second.listTools(context())).toBe(list)
    expect(tools.serverVersions.get('bench')).toBe('1.2.3')
    await Promise.all([first.close(), second.close()])
  })

  test('that only read share the running servers', async () => {
    const [first, second] = [tools.forTrial({ writes: false }), tools.forTrial({ writes: false })]
    expect(await pidOf(first)).toBe(await pidOf(second))
    await first.close()
    expect(isRunning(await pidOf(second))).toBe(true)
    await second.close()
  })

  test('that write the same file at once do not see each other, and a reader beside them sees the untouched workspace', async () => {
    const [first, second] = [tools.forTrial({ writes: true }), tools.forTrial({ writes: false })]
    const reader = tools.forTrial({ writes: false })
    await Promise.all([
      ask(first, 'bench/write_note', { text: 'one' }),
      ask(second, 'bench/write_note', { text: 'two' }),
    ])
    expect(await ask(first, 'bench/read_note')).toBe('one')
    expect(await ask(second, 'bench/read_note')).toBe('two')
    expect(await ask(reader, 'bench/read_note')).toBe('pristine')
    expect(await readFile(join(workspace, 'note.txt'), 'utf8')).toBe('pristine')
    await Promise.all([first, second, reader].map((trial) => trial.close()))
  })

  test('after a write, all servers on the workspace are the trial’s own, and others stay shared', async () => {
    const [writer, reader] = [tools.forTrial({ writes: false }), tools.forTrial({ writes: false })]
    const before = await root(writer)
    await ask(writer, 'bench/write_note', { text: 'seen by the other server' })
    const after = await root(writer)
    expect(after).not.toBe(before)
    expect(after).toHaveLength(before.length)
    expect(await ask(writer, 'filesystem/read_text_file', { path: join(after, 'note.txt') })).toBe(
      'seen by the other server',
    )
    expect(await pidOf(writer, 'aside')).toBe(await pidOf(reader, 'aside'))
    await Promise.all([writer.close(), reader.close()])
  })

  test('own servers start only when called, and go with their copy at close', async () => {
    const trial = tools.forTrial({ writes: true })
    const copies = async () =>
      (await readdir(temporary)).filter((name) => name.startsWith('calltrail-')).length
    await trial.listTools(context())
    const before = await copies()
    const pid = await pidOf(trial)
    expect(await copies()).toBe(before + 1)
    await trial.close()
    expect(await copies()).toBe(before)
    await expectGone([pid])
    await expect(trial.callTool(call('bench/pid'), context())).rejects.toMatchObject({
      code: 'server_closed',
    })
  })

  test('memories of trials that write at once are kept apart', async () => {
    const remember = async (name: string) => {
      const trial = tools.forTrial({ writes: false })
      const entity = { name, entityType: 'person', observations: [] }
      await ask(trial, 'memory/create_entities', { entities: [entity] })
      const graph = await ask(trial, 'memory/read_graph')
      await trial.close()
      return ['Ada', 'Grace', 'Barbara'].filter((known) => graph.includes(known))
    }
    expect(await Promise.all(['Ada', 'Grace', 'Barbara'].map(remember))).toEqual([
      ['Ada'],
      ['Grace'],
      ['Barbara'],
    ])
  })

  test('a tool that is not there is a result that names the nearest', async () => {
    const trial = tools.forTrial({ writes: false })
    const result = await trial.callTool(call('filesystem/read_textfile'), context())
    expect(result.isError).toBe(true)
    expect(textOf(result)).toContain('filesystem/read_text_file')
    expect(await ask(trial, 'read_graph')).toContain('memory/read_graph')
    await trial.close()
  })

  test('a list that changes in a trial’s own server is that trial’s alone', async () => {
    const [grower, other] = [tools.forTrial({ writes: true }), tools.forTrial({ writes: false })]
    const changed = new Promise<void>((resolve) => grower.onListChanged(resolve))
    await ask(grower, 'aside/grow')
    await changed
    const names = async (trial: TrialTools) => (await trial.listTools(context())).map(({ name }) => name)
    expect(await names(grower)).toContain('aside/grown')
    expect(await names(other)).not.toContain('aside/grown')
    expect(await ask(grower, 'aside/grown')).toBe('grown')
    await Promise.all([grower.close(), other.close()])
  })

  test('a shared server that died in one trial runs again for the next', async () => {
    const [killer, next] = [tools.forTrial({ writes: false }), tools.forTrial({ writes: false })]
    await expect(killer.callTool(call('bench/die'), context())).rejects.toMatchObject({ code: 'server_died' })
    expect(await ask(next, 'bench/read_note')).toBe('pristine')
    await Promise.all([killer.close(), next.close()])
  })

  test('no process and no copy is left when the toolset is closed, whatever still runs', async () => {
    const own = tools.forTrial({ writes: true })
    expect(isRunning(await pidOf(own))).toBe(true)
    const starting = own.callTool(call('filesystem/list_allowed_directories'), context())
    await Promise.all([tools.close(), expect(starting).rejects.toThrow()])
    await expectGone([...pids])
    expect(await readdir(temporary)).toEqual(['workspace'])
  })
})

describe('a toolset that cannot be opened', () => {
  test('rejects with the failure of the one server that does not start', async () => {
    const broken = fixture('misbehaving.mjs', ['dies'], { name: 'broken' })
    const opening = openToolset(toolset(['bench', 'broken'], { workspace }), [...servers, broken])
    await expect(opening).rejects.toMatchObject({ code: 'server_not_started' })
    await expect(opening).rejects.toThrow('cannot open the database')
    expect(await readdir(temporary)).toEqual(['workspace'])
  })

  test('names the nearest server for one that is not configured', async () => {
    await expect(openToolset(toolset(['memry']), servers)).rejects.toThrow('did you mean memory?')
  })

  test('says where a workspace is missing', async () => {
    await expect(openToolset(toolset(['filesystem']), servers)).rejects.toThrow(
      'add `workspace: FOLDER` to the toolset',
    )
    const gone = join(temporary, 'gone')
    await expect(openToolset(toolset(['filesystem'], { workspace: gone }), servers)).rejects.toThrow(
      `${gone} is not a folder`,
    )
  })
})
