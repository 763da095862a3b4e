import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { homeAt } from '../../src/journal/home.ts'
import type { EntryCountRow } from '../../src/store/queries.ts'
import { openStore } from '../../src/store/stores.ts'
import { describeStoreContract, type OpenedStore } from '../contracts/store.ts'
import { startClickHouseHttp } from '../fixtures/clickhouse-http/clickhouse-http.ts'
import { temporaryFolder } from './temporary-folder.ts'

describeStoreContract('in the embedded engine', async (): Promise<OpenedStore> => {
  const folder = temporaryFolder()
  const store = await openStore({ home: folder.path })
  return {
    store,
    reopen: () => openStore({ home: folder.path }),
    async close() {
      await store.close()
      folder.remove()
    },
  }
})

test('rows are inserted in a folder of any name, and no file of them is left', async () => {
  const folder = temporaryFolder()
  const home = join(folder.path, "it's {a,b} of *? [1]")
  const store = await openStore({ home })
  const row = { log: 'l', seq: 0, at: '2026-11-20 02:14:07.123456', kind: 'loss', session: '', line: '{}' }
  await store.append({ entries: [row] })
  const counts: EntryCountRow[] = []
  for await (const count of store.query<EntryCountRow>('entry_counts')) counts.push(count)
  expect(counts).toEqual([{ log: 'l', entries: 1, last: 0 }])
  expect(readdirSync(homeAt(home).database)).not.toContain('insert')
  await store.close()
  folder.remove()
})

describeStoreContract('on a server', async (): Promise<OpenedStore> => {
  const folder = temporaryFolder()
  const server = await startClickHouseHttp({ directory: folder.path, user: 'someone', password: 'p@ss/word' })
  const options = { home: '/nowhere', url: server.url, user: 'someone', password: 'p@ss/word' }
  const store = await openStore(options)
  return {
    store,
    reopen: () => openStore(options),
    async close() {
      await store.close()
      await server.close()
      folder.remove()
    },
  }
})
