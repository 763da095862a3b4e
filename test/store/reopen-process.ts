import { openStore } from '../../src/store/stores.ts'

// Opens the database of a home so many times; each time a reader leaves early, and another asks after it.
const [home = '', times = ''] = process.argv.slice(2)
for (let time = 0; time < Number(times); time++) {
  const store = await openStore({ home })
  for await (const _ of store.query('retained')) break
  for await (const _ of store.query('entry_counts'));
  await store.close()
}
process.exit(0)
