import { openStore } from '../../src/store/stores.ts'
import { ingestHome } from './recorded-home.ts'

// Opens the database of a home, says so, ingests in small batches, closes and exits as a command does; or is killed when it
// asks the query that its last argument names.
const [home = '', batchEntries = '60', last = ''] = process.argv.slice(2)
const store = await openStore({ home })
const query = store.query.bind(store)
store.query = (name, params) => {
  if (name === last) process.kill(process.pid, 'SIGKILL')
  return query(name, params)
}
process.stdout.write('open\n')
await ingestHome(home, store, Number(batchEntries))
await store.close()
process.exit(0)
