import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { InfrastructureError } from '../../../src/errors.ts'
import { type AnchorPlace, anchorHome, verifyAnchors } from '../../../src/journal/audit/anchor.ts'
import { fileAnchor } from '../../../src/journal/audit/anchor-file.ts'
import { gitAnchor } from '../../../src/journal/audit/anchor-git.ts'
import { readRegister, rotateKey } from '../../../src/journal/audit/register.ts'
import { verifyHome } from '../../../src/journal/audit/verify-home.ts'
import type { Home } from '../../../src/journal/home.ts'
import { temporaryHome } from '../temporary-home.ts'
import { openLog, writeEntries, writeLog } from './written-home.ts'

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'calltrail-anchors-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

function bareRepository(): string {
  const folder = temporaryFolder()
  execFileSync('git', ['init', '--quiet', '--bare', folder])
  return folder
}

const environment = { PATH: process.env.PATH }
const places: Readonly<Record<string, () => AnchorPlace>> = {
  'a file': () => fileAnchor(join(temporaryFolder(), 'anchors.jsonl')),
  'a git remote': () => gitAnchor({ url: bareRepository(), environment }),
}
const verify = (home: Home, place: AnchorPlace) => verifyAnchors(readRegister(home), place)

describe.each(Object.entries(places))('an anchor in %s', (_, create) => {
  test('holds what was signed; the register bears it out as it grows, after a rotation too', async () => {
    const [home, place] = [temporaryHome(), create()]
    writeLog(home, 5)
    expect(await verify(home, place)).toMatchObject({
      last: null,
      findings: [{ problem: expect.stringContaining(`nothing is anchored in ${place.name}`) }],
    })
    expect(await anchorHome(home, place)).toMatchObject({ lines: 2, isNew: true })
    expect(await anchorHome(home, place)).toMatchObject({ lines: 2, isNew: false })
    rotateKey(home)
    writeLog(home, 5)
    expect(await anchorHome(home, place)).toMatchObject({ lines: 4, isNew: true })
    expect(await verify(home, place)).toMatchObject({ last: { lines: 4 }, findings: [] })
  })

  test('shows what whoever holds the key has rewritten, which is sound by itself', async () => {
    const [home, place] = [temporaryHome(), create()]
    writeLog(home, 5)
    await anchorHome(home, place)
    rmSync(home.audit, { recursive: true })
    rmSync(home.journal, { recursive: true })
    writeLog(home, 4)
    expect(verifyHome(home).findings).toEqual([])
    expect((await verify(home, place)).findings).toMatchObject([
      { problem: expect.stringMatching(/^its first 2 lines are not those anchored/) },
    ])
    // With a new key it is another home, of which nothing is anchored.
    rmSync(home.keys, { recursive: true })
    rmSync(home.audit, { recursive: true })
    expect((await verify(home, place)).findings).toMatchObject([
      { problem: 'nothing of this home is anchored' },
    ])
  })

  test('is shared by homes, each of which finds its own', async () => {
    const [one, other, place] = [temporaryHome(), temporaryHome(), create()]
    for (const home of [one, other]) {
      writeLog(home, 3)
      await anchorHome(home, place)
    }
    for (const home of [one, other])
      expect(await verify(home, place)).toMatchObject({ last: { lines: 2 }, findings: [] })
  })
})

test('a log that is still written to is anchored as far as it was signed for', async () => {
  const home = temporaryHome()
  const place = fileAnchor(join(temporaryFolder(), 'anchors.jsonl'))
  const journal = openLog(home)
  writeEntries(journal, 10)
  journal.flushAndSeal()
  writeEntries(journal, 5)
  journal.flushAndSeal()
  const { lines } = await anchorHome(home, place)
  expect(readRegister(home)?.logs.get(journal.log)?.heads.at(-1)?.size).toBe(15)
  journal.close()
  expect(await verify(home, place)).toMatchObject({ last: { lines }, findings: [] })
})

test('a checkpoint that somebody else has put there for this home is refused', async () => {
  const home = temporaryHome()
  const path = join(temporaryFolder(), 'anchors.jsonl')
  writeLog(home, 3)
  await anchorHome(home, fileAnchor(path))
  writeFileSync(path, readFileSync(path, 'utf8').replace('\\n2\\n', '\\n1\\n'))
  expect((await verify(home, fileAnchor(path))).findings).toMatchObject([
    { problem: expect.stringMatching(/^what is anchored was signed by no key of this home/) },
  ])
})

test('a place that cannot be reached is said to be so, and is no failed proof', async () => {
  const home = temporaryHome()
  writeLog(home, 3)
  for (const place of [
    fileAnchor(join(temporaryFolder(), 'no', 'anchors.jsonl')),
    gitAnchor({ url: join(temporaryFolder(), 'no.git'), environment }),
    gitAnchor({ url: '--upload-pack=touch /tmp/x', environment }),
    gitAnchor({ url: bareRepository(), environment: { PATH: '/nowhere' } }),
  ])
    await expect(anchorHome(home, place)).rejects.toThrow(InfrastructureError)
})
