import { openHome, readKey } from '../../src/journal/home.ts'
import { openJournal } from '../../src/journal/journal.ts'
import { createRedactor } from '../../src/policy/redactor.ts'

// Writes one body and one entry for each line of its input, and answers with the losses; the disk may refuse meanwhile.
process.on('SIGXFSZ', () => undefined)
const home = openHome(process.argv[2] ?? '')
const journal = openJournal({ home, redactor: createRedactor(readKey(home, 'redaction')) })
process.stdin.on('data', () => {
  const { ref } = journal.body({ text: `${Math.random()} ${'x'.repeat(900)}` })
  journal.append('body_erased', null, { digest: ref.digest, reason: 'x'.repeat(900) })
  journal.flush()
  process.stdout.write(`${JSON.stringify({ log: journal.log, losses: journal.losses })}\n`)
})
process.stdin.on('end', () => journal.close())
