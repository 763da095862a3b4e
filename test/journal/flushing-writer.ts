import { openHome, readKey } from '../../src/journal/home.ts'
import { openJournal } from '../../src/journal/journal.ts'
import { createRedactor } from '../../src/policy/redactor.ts'

// Writes without end, and says on stdout which seq is in the journal, after it was flushed.
const home = openHome(process.argv[2] ?? '')
const journal = openJournal({ home, redactor: createRedactor(readKey(home, 'redaction')) })
function write() {
  for (let index = 0; index < 20; index++) {
    const { ref } = journal.body({ text: `${Math.random()} ${'x'.repeat(500)}` })
    const { seq } = journal.append('body_erased', null, { digest: ref.digest, reason: 'x'.repeat(200) })
    journal.flush()
    process.stdout.write(`${journal.log} ${seq}\n`)
  }
  setImmediate(write)
}
write()
