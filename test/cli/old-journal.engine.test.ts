import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openHome } from '../../src/journal/home.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { openLog, recordTrial } from '../store/recorded-home.ts'
import { temporaryFolder } from './calltrail.ts'
import { runHere } from './run-here.ts'

const golden = join(import.meta.dirname, '../fixtures/journal-v1/journal')
const [log = ''] = readdirSync(golden)
const bytesOf = (folder: string) =>
  readdirSync(join(golden, log)).map((file) => readFileSync(join(folder, log, file)))

test('a home whose journal an older version wrote is ingested, shown, verified and written on; not a byte of it changes', async () => {
  const path = temporaryFolder()
  const home = openHome(path)
  cpSync(golden, home.journal, { recursive: true })
  const ask = (...args: readonly string[]) => runHere(args, { cwd: path, env: { CALLTRAIL_HOME: path } })
  const json = async (...args: readonly string[]) => JSON.parse((await ask(...args, '--json')).stdout)

  const { chains } = await json('chains')
  expect(chains).toMatchObject([
    { denied: 1, tool_calls: 0 },
    { denied: 0, tool_calls: 1, tools: ['files/read'], models: ['openai:gpt-test'], users: ['müller'] },
  ])
  const shown = await ask('chain', chains[1].chain)
  expect(shown).toMatchObject({ code: 0, stderr: '' })
  expect(shown.stdout).toContain('files/read')
  const old = await json('audit', 'verify')
  expect(old).toMatchObject({ verified: true, findings: [], database: { behind: 0, unproven: 0 } })
  expect(old.logs).toContainEqual(expect.objectContaining({ log, entries: 22, proven: 22 }))

  const journal = openLog(home)
  recordTrial(journal, 'today').close()
  journal.close()
  expect((await json('chains')).chains).toHaveLength(3)
  const now = await json('audit', 'verify')
  expect(now).toMatchObject({ verified: true, findings: [], database: { behind: 0 } })
  expect(now.logs.map((each: { log: string }) => each.log)).toContain(journal.log)

  expect(bytesOf(home.journal)).toEqual(bytesOf(golden))
  const kinds: string[] = []
  for await (const { entry } of readJournal(home).entries(log, 20))
    kinds.push(`${entry.kind} ${JSON.stringify(entry.data)}`)
  expect(kinds).toEqual([
    'weather {"sky":"clear","degrees":21.5}',
    'loss {"reason":"disk","entries":1,"bodies":0,"severity":{"level":3}}',
  ])
})
