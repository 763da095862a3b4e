import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openCheckpoint, originOfLog } from '../../src/journal/audit/checkpoint.ts'
import { rootFromProof } from '../../src/journal/audit/inclusion-proof.ts'
import { fromBase64, leavesOf } from '../../src/journal/audit/merkle-tree.ts'
import { openHome } from '../../src/journal/home.ts'
import type { ChainRow } from '../../src/store/queries.ts'
import { openLog, recordTrial } from '../store/recorded-home.ts'
import { rawDatabase } from '../store/rollups.ts'
import { temporaryFolder } from './calltrail.ts'
import { runHere } from './run-here.ts'

interface ProvenChain {
  readonly proven: boolean
  readonly logs: readonly {
    readonly log: string
    readonly key: string
    readonly entries: readonly { readonly line: string; readonly proof: string }[]
  }[]
}

/** As who has a proof, a line and a key would do it, and nothing else of the home. */
function isProven(log: string, key: string, { line, proof }: { line: string; proof: string }): boolean {
  const [head = '', ...rest] = proof.split('\n\n')
  const [format, index = '', ...path] = head.split('\n')
  const raw = Buffer.from(key.split('+').slice(2).join('+'), 'base64').subarray(1).toString('base64')
  const checkpoint = openCheckpoint(rest.join('\n\n'), originOfLog(log), [raw])
  const [leaf = ''] = leavesOf(Buffer.from(`${line}\n`))
  const place = { index: Number(index.replace('index ', '')), size: checkpoint?.size ?? 0 }
  const root = rootFromProof(
    leaf,
    place,
    path.map((hash) => fromBase64(hash) ?? ''),
  )
  return format === 'c2sp.org/tlog-proof@v1' && checkpoint !== null && root === checkpoint.root
}

test('what was recorded is proven, shown with its proof, anchored, and found where it is changed', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'home')
  const home = openHome(path)
  const journal = openLog(home)
  for (let trial = 0; trial < 5; trial++) recordTrial(journal, `t${trial}`).close()
  journal.close()
  const remote = join(folder, 'remote.git')
  execFileSync('git', ['init', '--quiet', '--bare', remote])
  writeFileSync(join(folder, 'calltrail.yaml'), `audit: { anchor: "git:${remote}" }\n`)
  const ask = (...args: readonly string[]) => runHere(args, { cwd: folder, env: { CALLTRAIL_HOME: path } })

  const { chains } = JSON.parse((await ask('chains', '--json')).stdout)
  const shown = await ask('chain', chains[0].chain)
  expect(shown.code).toBe(0)
  expect(shown.stdout).toMatch(
    /\nproof {3}\d+ entries from \d+ to \d+ of log \S+ · in its signed checkpoint of \d+ entries\n/,
  )
  const proof: ProvenChain = JSON.parse((await ask('audit', 'prove', chains[0].chain)).stdout)
  expect(proof.proven).toBe(true)
  for (const { log, key, entries } of proof.logs)
    for (const entry of entries) {
      expect(isProven(log, key, entry)).toBe(true)
      expect(isProven(log, key, { ...entry, line: entry.line.replace('"v":1', '"v":2') })).toBe(false)
    }

  expect((await ask('audit', 'anchor')).stdout).toMatch(/^anchored · /)
  expect((await ask('audit', 'rotate-key')).stdout).toMatch(/^signs now +calltrail\/home\//)
  const good = await ask('audit', 'verify')
  expect([good.code, good.stdout]).toEqual([0, expect.stringMatching(/^audit verified · 3 logs/)])
  expect(good.stdout).toContain('not that every call passed a')
  expect(good.stdout).toMatch(new RegExp(`\nanchor .* of the register · git:${remote}\n`))

  const segment = join(home.journal, journal.log, '000000000000.jsonl')
  const bytes = readFileSync(segment)
  const offset = bytes.indexOf('\n', 3_000) + 1
  bytes[offset + 200] = (bytes[offset + 200] ?? 0) ^ 1
  writeFileSync(segment, bytes)
  const bad = await ask('audit', 'verify')
  expect(bad.code).toBe(1)
  expect(bad.stdout).toMatch(
    new RegExp(`journal/${journal.log}/000000000000.jsonl byte ${offset} · entry \\d+\n`),
  )
  const refuted = async () => {
    const said: string[] = []
    for (const { chain } of chains as readonly ChainRow[]) {
      const { code, stdout } = await ask('chain', chain)
      if (code !== 0) said.push(`${code} ${stdout}`)
    }
    return said
  }
  const notWritten = expect.stringMatching(/^1 .*not proven: entry \d+ is not the one that was written\n/s)
  expect(await refuted()).toEqual([notWritten])
  const unreadable = Buffer.from(bytes)
  unreadable[unreadable.lastIndexOf('"data":{') + '"data":'.length] = '['.charCodeAt(0)
  writeFileSync(segment, unreadable)
  const noEntry = expect.stringMatching(/^1 .*not proven: 1 of its lines is no entry any more\n/s)
  expect(await refuted()).toEqual(expect.arrayContaining([notWritten, noEntry]))
  writeFileSync(segment, bytes)
  const pack = join(home.journal, journal.log, 'bodies-000000000000000.jsonl')
  const bodies = readFileSync(pack)
  writeFileSync(pack, bodies.toString().replaceAll('"text":"', '"text"="'))
  expect(await refuted()).toHaveLength(5)
  const torn = await ask('audit', 'verify', '--json')
  expect([torn.code, torn.stderr]).toEqual([1, ''])
  expect(JSON.parse(torn.stdout).findings).toMatchObject([
    { log: journal.log, offset },
    { file: `journal/${journal.log}/bodies-000000000000000.jsonl`, offset: 0 },
    { file: 'database:entries' },
    { file: 'database:bodies', problem: expect.stringContaining('this row is not what the journal has') },
  ])
  writeFileSync(pack, bodies)
  const said = JSON.parse((await ask('audit', 'verify', '--no-database', '--json')).stdout)
  expect(said.findings[0]).toMatchObject({ log: journal.log, offset })

  const database = await rawDatabase(home)
  await database.execute('DROP TABLE spans SYNC')
  await database.close()
  const lacking = await ask('audit', 'verify', '--json')
  expect([lacking.code, lacking.stderr]).toEqual([1, ''])
  expect(JSON.parse(lacking.stdout).findings).toMatchObject([
    { log: journal.log, offset },
    { file: 'database:spans', problem: expect.stringContaining('missing') },
  ])
  const list = await ask('chains')
  expect([list.code, list.stderr]).toEqual([
    3,
    'the database lacks the table spans: calltrail store rebuild makes it anew from the journal\n',
  ])
})

test('rows that somebody has made no JSON are found; what needs them says what mends it', async () => {
  const folder = temporaryFolder()
  const home = openHome(join(folder, 'home'))
  const journal = openLog(home)
  recordTrial(journal, 'alpha').close()
  journal.close()
  const ask = (...args: readonly string[]) =>
    runHere(args, { cwd: folder, env: { CALLTRAIL_HOME: home.path } })
  const { chains } = JSON.parse((await ask('chains', '--json')).stdout)
  const edit = async (change: string) => {
    const database = await rawDatabase(home)
    await database.execute(`ALTER TABLE ${change} SETTINGS mutations_sync = 2`)
    await database.close()
  }
  const mended = 'a row of the database is not what was inserted: calltrail store rebuild makes it anew'
  await edit(`spans UPDATE identity = 'x' WHERE kind = 'tool'`)
  expect(await ask('chain', chains[0].chain)).toMatchObject({
    code: 3,
    stderr: expect.stringContaining(mended),
  })
  await edit(`entries UPDATE line = 'x' WHERE kind = 'tool_request'`)
  expect(await ask('audit', 'verify')).toMatchObject({
    ...{ code: 1, stderr: '' },
    stdout: expect.stringMatching(/database:entries .*\ntables {4}not looked at: entries of the database/s),
  })
  expect((await ask('store', 'rebuild')).code).toBe(0)
  expect((await ask('audit', 'verify')).code).toBe(0)
  expect((await ask('chain', chains[0].chain)).code).toBe(0)
})

test('where nothing is recorded there is nothing to prove; without a place there is nothing to anchor in', async () => {
  const cwd = temporaryFolder()
  const env = { CALLTRAIL_HOME: join(cwd, 'home') }
  expect(await runHere(['audit', 'verify'], { cwd, env })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`there is no home at ${env.CALLTRAIL_HOME}`),
  })
  mkdirSync(env.CALLTRAIL_HOME)
  expect(await runHere(['audit', 'verify'], { cwd, env })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('nothing is recorded'),
  })
  expect(await runHere(['audit', 'anchor'], { cwd, env })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('there is no place to anchor in'),
  })
})

test('without signatures nothing is called verified, and without a journal the rows are strangers', async () => {
  const folder = temporaryFolder()
  const home = openHome(join(folder, 'home'))
  const journal = openLog(home)
  recordTrial(journal, 'alpha')
  journal.close()
  const verify = async () => {
    const env = { CALLTRAIL_HOME: home.path }
    const { code, stdout } = await runHere(['audit', 'verify'], { cwd: folder, env })
    return [code, stdout.split('\n').slice(0, 4).join(' ')]
  }
  await runHere(['chains'], { cwd: folder, env: { CALLTRAIL_HOME: home.path } })
  expect(await verify()).toEqual([0, expect.stringMatching(/^audit verified · /)])

  const remove = (...paths: readonly string[]) => {
    for (const path of paths) rmSync(path, { recursive: true })
  }
  const kept = join(folder, 'database')
  cpSync(home.database, kept, { recursive: true })
  remove(home.audit, home.database)
  for (const log of readdirSync(home.journal))
    for (const signed of ['checkpoint', 'leaves']) remove(join(home.journal, log, signed))
  expect(await verify()).toEqual([
    1,
    expect.stringMatching(/^audit PROVES NOTHING: no entry is signed for · /),
  ])

  cpSync(kept, home.database, { recursive: true })
  remove(home.journal, join(home.path, 'keys'))
  expect(await verify()).toEqual([
    1,
    expect.stringMatching(/FAILED.* it has \d logs? of which nothing in this home speaks/),
  ])
})
