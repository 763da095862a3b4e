import { openStore } from '../../src/store/stores.ts'

// Opens the database at an address, which makes its tables, when a line comes in.
process.stdout.write('ready\n')
process.stdin.once('data', async () => {
  const store = await openStore({ home: '/nowhere', url: process.argv[2] ?? '' })
  await store.close()
  process.exit(0)
})
