import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { UsageError } from '../../src/errors.ts'
import { openHome, readKey } from '../../src/journal/home.ts'
import { temporaryHome } from './temporary-home.ts'

const modeOf = (path: string) => statSync(path).mode & 0o777

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'calltrail-home-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

test('a home and what is in it are open to their owner only', () => {
  const home = openHome(join(folder(), 'deep', 'home'))
  readKey(home, 'redaction')
  for (const path of [home.path, home.journal, home.keys]) expect(modeOf(path)).toBe(0o700)
  expect(modeOf(join(home.keys, 'redaction.key'))).toBe(0o600)
})

test('a home that others may read is closed to them', () => {
  const home = temporaryHome()
  chmodSync(home.path, 0o755)
  openHome(home.path)
  expect(modeOf(home.path)).toBe(0o700)
})

test("somebody else's folder is left alone", () => {
  const path = folder()
  chmodSync(path, 0o755)
  writeFileSync(join(path, 'notes.txt'), 'mine')
  expect(() => openHome(path)).toThrow(UsageError)
  expect(modeOf(path)).toBe(0o755)
})

test('a key is random, stays the same, and differs by purpose', () => {
  const home = temporaryHome()
  const key = readKey(home, 'redaction')
  expect(key).toHaveLength(32)
  expect(readKey(home, 'redaction')).toEqual(key)
  expect(readKey(home, 'bodies')).not.toEqual(key)
  expect(readKey(temporaryHome(), 'redaction')).not.toEqual(key)
})

test('a damaged key is not replaced in silence', () => {
  const home = temporaryHome()
  readKey(home, 'bodies')
  truncateSync(join(home.keys, 'bodies.key'), 5)
  expect(() => readKey(home, 'bodies')).toThrow(/damaged/)
})

test('processes that come first at once get the same key', async () => {
  const home = temporaryHome()
  const script = `
    const { openHome, readKey } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/journal/home.ts'))})
    process.stdout.write('ready')
    process.stdin.once('data', () => {
      process.stdout.write(readKey(openHome(process.argv[1]), 'redaction').toString('hex'))
      process.exit()
    })`
  const children = Array.from({ length: 3 }, () => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', script, home.path],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    )
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += chunk
    })
    return { child, text: () => text, ready: once(child.stdout, 'data'), closed: once(child, 'close') }
  })
  await Promise.all(children.map(({ ready }) => ready))
  for (const { child } of children) child.stdin.write('go')
  await Promise.all(children.map(({ closed }) => closed))
  const keys = children.map(({ text }) => text().slice('ready'.length))
  expect(keys[0]).toMatch(/^[0-9a-f]{64}$/)
  expect(new Set(keys).size).toBe(1)
  expect(readdirSync(home.keys)).toEqual(['redaction.key'])
})
