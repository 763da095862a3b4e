import { once } from 'node:events'
import { appendFileSync, cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { originOfLog, signCheckpoint } from '../../../src/journal/audit/checkpoint.ts'
import { readRegister, rotateKey } from '../../../src/journal/audit/register.ts'
import { registerOpenLogs, sealDeadLogs } from '../../../src/journal/audit/seal-logs.ts'
import { prepareNextKey, readSigningKey } from '../../../src/journal/audit/signing-key.ts'
import { verifyHome } from '../../../src/journal/audit/verify-home.ts'
import { type Home, homeAt } from '../../../src/journal/home.ts'
import { runModule } from '../child-process.ts'
import { filesUnder, temporaryHome } from '../temporary-home.ts'
import { openLog, writeEntries, writeLog } from './written-home.ts'

const problems = (home: Home) => verifyHome(home).findings.map(({ problem }) => problem)
const logFile = (home: Home, log: string, file: string) => join(home.journal, log, file)
const segment = '000000000000.jsonl'

test('a closed log is signed for to its last entry, in files of the owner alone', () => {
  const home = temporaryHome()
  const log = writeLog(home, 20)
  expect(verifyHome(home)).toMatchObject({
    register: { lines: 2, proven: 2, findings: [] },
    logs: [{ log, entries: 20, proven: 20, isClosed: true, isAlive: false }],
    findings: [],
  })
  for (const folder of [home.audit, home.keys, home.journal])
    for (const file of filesUnder(folder).keys()) expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('a log that vanished is missed', () => {
  const home = temporaryHome()
  const [one, other] = [writeLog(home, 5), writeLog(home, 7)]
  rmSync(join(home.journal, one), { recursive: true })
  expect(verifyHome(home).findings).toMatchObject([
    { log: one, file: `journal/${one}`, problem: 'the log is gone; the register speaks for 5 entries of it' },
  ])
  expect(verifyHome(home).logs).toMatchObject([{ log: other, proven: 7 }])
})

test('a log that goes back to an earlier state, its checkpoint too, is behind what the register says', () => {
  const home = temporaryHome()
  const journal = openLog(home)
  writeEntries(journal, 10)
  journal.flushAndSeal()
  const folder = join(home.journal, journal.log)
  cpSync(folder, join(home.path, 'earlier'), { recursive: true })
  writeEntries(journal, 10)
  journal.close()
  rmSync(folder, { recursive: true })
  cpSync(join(home.path, 'earlier'), folder, { recursive: true })
  expect(problems(home)).toEqual(['the log ends here; the register speaks for 20 entries'])
})

test('a forged checkpoint is refused: of another key, or of this one for other entries', () => {
  const home = temporaryHome()
  const log = writeLog(home, 9)
  const own = readFileSync(logFile(home, log, 'checkpoint'), 'utf8')
  const head = { size: 9, root: 'x'.repeat(32) }
  const forge = (key: Parameters<typeof signCheckpoint>[2]) =>
    writeFileSync(logFile(home, log, 'checkpoint'), signCheckpoint(originOfLog(log), head, key))
  forge(prepareNextKey(home))
  expect(problems(home)).toEqual(['no key of this home has signed it as it is'])
  forge(readSigningKey(home))
  expect(problems(home)).toEqual([expect.stringContaining('are not those that its checkpoint speaks for')])
  writeFileSync(logFile(home, log, 'checkpoint'), own)
  expect(problems(home)).toEqual([])
  rmSync(logFile(home, log, 'checkpoint'))
  expect(problems(home)).toEqual(['it is missing'])
})

test('an entry that was added to a closed log is found', () => {
  const home = temporaryHome()
  const log = writeLog(home, 3)
  const last =
    readFileSync(logFile(home, log, segment), 'utf8')
      .trimEnd()
      .split('\n')
      .at(-1) ?? ''
  const { size } = statSync(logFile(home, log, segment))
  appendFileSync(logFile(home, log, segment), `${last.replace('"seq":2', '"seq":3')}\n`)
  expect(verifyHome(home).findings).toMatchObject([
    { seq: 3, offset: size, problem: '1 entry came after the log was closed' },
  ])
})

test('a rotated key signs from then on, and what the old one signed stays good', () => {
  const home = temporaryHome()
  const running = openLog(home)
  writeEntries(running, 10)
  const closed = writeLog(home, 10)
  running.flushAndSeal()
  const before = readSigningKey(home)
  rotateKey(home)
  expect(readSigningKey(home).equals(before)).toBe(false)
  writeEntries(running, 10)
  running.close()
  const verdict = verifyHome(home)
  expect(verdict.findings).toEqual([])
  expect(verdict.register?.keys).toHaveLength(2)
  expect(verdict.logs.map(({ log, proven }) => [log, proven])).toEqual([
    [running.log, 20],
    [closed, 10],
  ])
  // A key that none of the old ones has introduced is none of this home.
  const register = join(home.audit, 'register.jsonl')
  const lines = readFileSync(register, 'utf8')
  writeFileSync(register, lines.replace(/"signature":"....../, '"signature":"AAAAAA'))
  expect(problems(home).length).toBeGreaterThan(0)
})

test('a rotation that was cut short is finished by whoever signs next', () => {
  const home = temporaryHome()
  writeLog(home, 5)
  const old = readFileSync(join(home.keys, 'audit.key'))
  rotateKey(home)
  const taken = readFileSync(join(home.keys, 'audit.key'))
  // As it is before the new key has taken the place of the old one.
  writeFileSync(join(home.keys, 'audit.key'), old)
  writeFileSync(join(home.keys, 'audit-next.key'), taken)
  expect(problems(home)).toEqual([])
  writeLog(home, 5)
  expect(problems(home)).toEqual([])
  expect(readFileSync(join(home.keys, 'audit.key')).equals(taken)).toBe(true)
})

test('a killed recorder proves what it has signed; the next reader signs for the rest as found', async () => {
  const home = temporaryHome()
  const writing = runModule(join(import.meta.dirname, '../flushing-writer.ts'), [home.path])
  await once(writing.child.stdout, 'data')
  writing.child.kill('SIGKILL')
  await writing.closed
  const [before] = verifyHome(home).logs
  expect(before).toMatchObject({ proven: 0, isClosed: false, isAlive: false, findings: [] })
  sealDeadLogs(home)
  const after = verifyHome(home)
  expect(after.findings).toEqual([])
  expect(after.logs).toMatchObject([{ proven: before?.entries, isClosed: true }])
  const signed = readFileSync(join(home.audit, 'checkpoint'))
  sealDeadLogs(home)
  expect(readFileSync(join(home.audit, 'checkpoint'))).toEqual(signed)
})

test('nobody signs for a log that contradicts what was signed before', () => {
  const home = temporaryHome()
  const journal = openLog(home)
  writeEntries(journal, 10)
  journal.flushAndSeal()
  const path = logFile(home, journal.log, segment)
  // As a kill leaves it; and somebody was there before the next reader.
  rmSync(logFile(home, journal.log, 'recorder.json'))
  writeFileSync(path, readFileSync(path, 'utf8').replace('on-call', 'off-all'))
  sealDeadLogs(home)
  expect(readRegister(home)?.logs.get(journal.log)?.isClosed).toBe(false)
  expect(verifyHome(home).findings).toMatchObject([{ problem: 'this entry is not the one that was written' }])
})

test('what a recorder has not signed for yet is told, and is no failure', () => {
  const home = temporaryHome()
  const journal = openLog(home)
  writeEntries(journal, 10)
  journal.flushAndSeal()
  writeEntries(journal, 5)
  journal.flush()
  expect(verifyHome(home)).toMatchObject({ findings: [], logs: [{ entries: 15, proven: 10, isAlive: true }] })
  registerOpenLogs(home)
  expect(readRegister(home)?.logs.get(journal.log)?.heads.at(-1)?.size).toBe(10)
  journal.close()
})

test('a body that is gone is missed, unless an entry says that it was erased or lost', () => {
  const written = () => {
    const home = temporaryHome()
    const journal = openLog(home)
    const { ref } = journal.body({ text: 'the text' })
    journal.append('frame', null, {
      ...{ direction: 'to server', method: null, requestId: null, malformed: false, body: ref },
    })
    const rest = () => {
      journal.close()
      rmSync(logFile(home, journal.log, 'bodies-000000000000000.jsonl'))
      return verifyHome(home)
    }
    return { journal, ref, rest }
  }
  const gone = written()
  expect(gone.rest().findings).toMatchObject([
    { seq: 0, problem: `the body ${gone.ref.digest} of this entry is missing` },
  ])
  const erased = written()
  erased.journal.append('body_erased', null, { digest: erased.ref.digest, reason: 'asked for' })
  expect(erased.rest()).toMatchObject({ findings: [], erased: 1, lost: 0 })
  const lost = written()
  lost.journal.append('loss', null, { reason: 'disk', entries: 0, bodies: 1 })
  expect(lost.rest()).toMatchObject({ findings: [], erased: 0, lost: 1 })
})

test('a journal of before there were checkpoints is read, proves nothing, and is signed for from then on', () => {
  const home = temporaryHome()
  cpSync(join(homeAt(join(import.meta.dirname, '../../fixtures/journal-v1')).journal), home.journal, {
    recursive: true,
  })
  expect(verifyHome(home)).toMatchObject({ register: null, findings: [], logs: [{ entries: 22, proven: 0 }] })
  sealDeadLogs(home)
  expect(verifyHome(home)).toMatchObject({ findings: [], logs: [{ entries: 22, proven: 22 }] })
})
