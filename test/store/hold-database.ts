import { once } from 'node:events'
import { openStore } from '../../src/store/stores.ts'

// Holds the database of a home open until a line comes in.
const store = await openStore({ home: process.argv[2] ?? '' })
process.stdout.write('open\n')
await once(process.stdin, 'data')
await store.close()
process.exit(0)
