import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run, start, temporaryFolder } from './calltrail.ts'

const section = "redaction:\n  patterns: [{ kind: ticket, pattern: 'TCK-[0-9]{6}' }]\n"
const wrong = "redaction:\n  patterns: [{ kind: ticket, pattern: 'TCK-[0-9' }]\n"

function folderWith(config: string) {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'calltrail.yaml'), config)
  return { folder, home: join(folder, 'home') }
}

/** One call to a server that `record` runs in the folder; `loaded` are the files that the process has run. */
async function recordIn(
  { folder, home }: ReturnType<typeof folderWith>,
  cwd = folder,
  args: readonly string[] = ['record', '--server', 'bench', '--', 'cat'],
) {
  const coverage = join(folder, 'coverage')
  const env = { CALLTRAIL_HOME: home, NODE_V8_COVERAGE: coverage }
  const { child, ended } = start(args, { cwd, env })
  const call = { method: 'tools/call', params: { name: 'echo', arguments: { title: 'see TCK-123456' } } }
  child.stdin.end(`${JSON.stringify({ jsonrpc: '2.0', id: 1, ...call })}\n`)
  const { code, stderr, stdout } = await ended
  return { code, stderr, stdout, loaded: filesOf(coverage), journal: filesOf(join(home, 'journal')) }
}

function filesOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join('\n')
}

test('what the patterns of the folder name is not recorded, and passes', async () => {
  const { journal, stdout, stderr, loaded } = await recordIn(folderWith(section))
  expect([journal.includes('TCK-123456'), journal.includes('[redacted:ticket:'), stderr]).toEqual([
    false,
    true,
    '',
  ])
  expect(stdout).toContain('TCK-123456')
  expect(loaded.includes('re2js')).toBe(true)
})

test('a wrapped server finds them wherever its client starts it', async () => {
  const { folder, home } = folderWith(section)
  const file = join(folder, 'client.json')
  writeFileSync(file, JSON.stringify({ mcpServers: { bench: { command: 'cat' } } }))
  await run(['wrap', file], { cwd: folder })
  const [, ...args] = JSON.parse(readFileSync(file, 'utf8')).mcpServers.bench.args
  const { journal, stdout } = await recordIn({ folder, home }, '/', args)
  expect([journal.includes('TCK-123456'), journal.includes('[redacted:ticket:')]).toEqual([false, true])
  expect(stdout).toContain('TCK-123456')
})

test('who has no patterns does not load their engine', async () => {
  const { code, journal, loaded } = await recordIn(
    folderWith('redaction: { detect: [iban], names: [ssn] }\n'),
  )
  expect([code, journal.includes('TCK-123456'), loaded.includes('redactor.js')]).toEqual([0, true, true])
  expect(loaded.includes('re2js')).toBe(false)
  const { folder } = folderWith(section)
  const coverage = join(folder, 'coverage')
  await run(['--help'], { cwd: folder, env: { NODE_V8_COVERAGE: coverage } })
  expect(filesOf(coverage)).not.toContain('re2js')
})

test('a pattern that is none stops the gateway and a run, and never a wrapped server', async () => {
  const { folder, home } = folderWith(wrong)
  const env = { CALLTRAIL_HOME: home }
  const told = expect.stringMatching(
    /^calltrail\.yaml:2:39 {2}redaction\.patterns\[0\]\.pattern: expected a pattern/,
  )
  for (const args of [
    ['gateway', '--port', '0'],
    ['eval', 'suites/none.yaml'],
  ])
    expect(await run(args, { cwd: folder, env })).toMatchObject({ code: 2, stderr: told })
  const { code, stderr, stdout } = await recordIn({ folder, home })
  expect([code, stdout.includes('TCK-123456')]).toEqual([0, true])
  expect(stderr).toContain('calltrail records without what is configured: calltrail.yaml:2:39')
})
