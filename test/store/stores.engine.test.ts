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
