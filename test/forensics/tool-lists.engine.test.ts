import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Store } from '../../src/domain/store.ts'
import { readToolLists } from '../../src/forensics/tool-lists.ts'
import { openHome } from '../../src/journal/home.ts'
import type { QueryName } from '../../src/store/queries.ts'
import { openStore } from '../../src/store/stores.ts'
import { temporaryFolder } from '../store/temporary-folder.ts'
import { at, span } from './chain-views.ts'

const folder = temporaryFolder()
let store: Store<QueryName>
let seq = 0

const entry = (log: string, session: string, second: number, kind: string, data: object) => ({
  ...{ log, seq: seq++, at: at(second), kind, session },
  line: JSON.stringify({ kind, session, data }),
})
/** A list whose body says who saw it, and when. */
const listed = (server: string, log: string, session: string, second: number, more = {}) =>
  entry(log, session, second, 'tool_definitions', {
    ...{ server, serverVersion: '1', tools: { digest: `${server} ${session} ${second}`, bytes: 1, ...more } },
  })

// The chain is in the session `own` of the log `proxy`, and ends in second 30.
const entries = [
  entry('runner', 'trial-server', 0, 'session_opened', { parent: 'run-1' }),
  entry('runner', 'trial-server-2', 0, 'session_opened', { parent: 'run-2' }),
  ...[5, 20, 31].map((second) => listed('files', 'proxy', 'own', second)),
  listed('files', 'proxy', 'beside', 29),
  ...[32, 40].map((second) => listed('late', 'proxy', 'own', second)),
  listed('late', 'runner', 'trial-server', 29),
  ...[3, 31].map((second) => listed('of the run', 'runner', 'trial-server', second)),
  ...[29].map((second) => listed('of the run', 'runner', 'trial-server-2', second)),
  listed('of the run', 'proxy', 'beside', 29),
  listed('of its recorder', 'proxy', 'beside', 2),
  listed('of its recorder', 'other', 'elsewhere', 29),
  ...[1, 4, 31].map((second) => listed('of another', 'other', 'elsewhere', second)),
  listed('only later', 'other', 'elsewhere', 31),
  listed('cut', 'proxy', 'own', 1, { truncated: true }),
  entry('proxy', 'own', 30, 'tool_request', { server: 'no list' }),
]
const run = { run: 'run-1', trial: 'own' }
const spans = [
  span('a', { session: 'own', at: at(1), ...run }),
  span('b', { session: 'own', at: at(30), ...run }),
]

beforeAll(async () => {
  store = await openStore({ home: openHome(folder.path).path })
  const bodies = entries.flatMap(({ line }) => {
    const { tools } = JSON.parse(line).data
    return tools
      ? [{ digest: tools.digest, text: `[${tools.digest}]`, bytes: 1, log: 'proxy', next_offset: 1 }]
      : []
  })
  const chain_index = spans.map(({ chain, session, at, span }) => ({ chain, session, at, span, trace: '' }))
  await store.append({ entries, bodies, chain_index })
})
afterAll(async () => {
  await store.close()
  folder.remove()
})

const found = async (...servers: string[]) => {
  const lists = await readToolLists(store, { chain: 'c', spans }, servers)
  return Object.fromEntries(lists.map(({ server, rank, text }) => [server, [rank, text]]))
}

describe('of each server a chain has the tool list', () => {
  test.each([
    ['that its own session saw last before its end', 'files', [0, '[files own 20]']],
    ['that its own session saw first after it, rather than that of others', 'late', [0, '[late own 32]']],
    ['that its run saw last', 'of the run', [1, '[of the run trial-server 3]']],
    ['that its recorder saw in another session', 'of its recorder', [2, '[of its recorder beside 2]']],
    ['that anybody saw last before', 'of another', [3, '[of another elsewhere 4]']],
    ['and no text of one that was cut', 'cut', [0, null]],
  ])('%s', async (_, server, expected) => {
    expect(await found(server)).toEqual({ [server]: expected })
  })

  test('and none that others saw after its end; without names, of all servers', async () => {
    const servers = ['cut', 'files', 'late', 'of another', 'of its recorder', 'of the run']
    expect(Object.keys(await found()).sort()).toEqual(servers)
  })
})
