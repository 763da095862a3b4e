import { openStore } from '../../src/store/stores.ts'
import { ingestHome } from './recorded-home.ts'

// Opens the database of a home, says so, ingests in small batches, closes and exits as a command does.
const [home = '', batchEntries = '60'] = process.argv.slice(2)
const store = await openStore({ home })
process.stdout.write('open\n')
await ingestHome(home, store, Number(batchEntries))
await store.close()
process.exit(0)
