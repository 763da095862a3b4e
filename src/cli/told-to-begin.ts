// `main.ts` under the name of the program, which follows, once whoever has started it says so: it has noted that by then.
// Where that is gone first, nothing has begun.
import { readSync } from 'node:fs'

if (readSync(0, Buffer.alloc(1)) === 0) process.exit()
process.argv.splice(1, 1)
await import('./main.ts')
