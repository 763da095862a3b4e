import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openHome } from '../../src/journal/home.ts'
import { startClickHouseHttp } from '../fixtures/clickhouse-http/clickhouse-http.ts'
import { openLog, recordTrial } from '../store/recorded-home.ts'
import { run, temporaryFolder } from './calltrail.ts'
import { runHere } from './run-here.ts'
import { serving } from './served-home.ts'

/** A home in which a trial of that name was recorded. */
function recorded(folder: string, name: string): void {
  const journal = openLog(openHome(folder))
  recordTrial(journal, name)
  journal.close()
}

test('other commands go through the process that serves their home, and read what was just recorded', async () => {
  const home = temporaryFolder()
  const env = { CALLTRAIL_HOME: home }
  recorded(home, 'before')
  const alone = await runHere(['chains', '--json'], { env })
  const { child, ended, url, token } = await serving(home)
  const through = await runHere(['chains', '--json'], { env })
  expect(through).toMatchObject({ code: 0, stderr: '' })
  expect(through.stdout).toBe(alone.stdout)
  recorded(home, 'after')
  const { chains } = JSON.parse((await runHere(['chains', '--json'], { env })).stdout)
  expect(chains).toHaveLength(2)
  const shown = await runHere(['chain', chains[0].chain], { env })
  expect(shown.stdout).toContain('Which port does after listen on?')
  const unknown = await runHere(['chain', 'ffffffff'], { env })
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('ffffffff') })
  for (const command of ['migrate', 'rebuild']) {
    const { code, stderr } = await run(['store', command], { env })
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: `process ${child.pid} serves ${home} and has its database open: end it, then run this again\n`,
    })
  }
  // It may have ingested by itself before it is asked to.
  let told = ''
  for (let tries = 0; !told.includes('progress') && tries < 9; tries++) {
    recorded(home, `told-${tries}`)
    const headers = { authorization: `Bearer ${token}` }
    told = await (await fetch(`${url}/api/ingest`, { method: 'POST', headers })).text()
  }
  expect(told).toMatch(/^({"progress":\d+}\n)+{"entries":\d+,.*"heldBy":null}\n$/)
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ code: 0 })
  expect(existsSync(join(home, 'serving.json'))).toBe(false)
})

test('one that was killed is not asked: the next command opens the database itself', async () => {
  const home = temporaryFolder()
  recorded(home, 'left')
  const { child, ended } = await serving(home)
  child.kill('SIGKILL')
  await ended
  expect(existsSync(join(home, 'serving.json'))).toBe(true)
  const { code, stdout } = await runHere(['chains', '--json'], { env: { CALLTRAIL_HOME: home } })
  expect({ code, chains: JSON.parse(stdout).chains.length }).toEqual({ code: 0, chains: 1 })
})

test('it answers its owner alone, on loopback, named queries and nothing else', async () => {
  const home = temporaryFolder()
  recorded(home, 'guarded')
  const { url, token } = await serving(home)
  const ask = (path: string, headers: Record<string, string> = {}, body = '{}') =>
    fetch(`${url}${path}`, { method: 'POST', headers, body })
  const authorization = `Bearer ${token}`
  expect((await ask('/api/query/chains')).status).toBe(401)
  expect((await ask('/api/query/chains', { authorization: 'Bearer x' })).status).toBe(401)
  expect((await ask('/api/query/chains', { authorization, origin: 'https://evil.example' })).status).toBe(403)
  expect((await ask('/api/query/chains', { authorization })).status).toBe(200)
  expect((await ask('/api/query/toString', { authorization })).status).toBe(404)
  expect((await ask('/api/query/chains', { authorization }, '{"since":{"a":1}}')).status).toBe(400)
  expect((await ask('/api/query/chains', { authorization }, 'no json')).status).toBe(400)
  const missing = await ask('/api/query/body', { authorization })
  expect(missing.status).toBe(500)
  expect(await missing.json()).toMatchObject({ error: { code: 'store' } })
  for (const file of ['serve-token', 'serving.json'])
    expect(statSync(join(home, file)).mode & 0o777).toBe(0o600)
})

test('what is recorded while the server is dead is there once the server is back', async () => {
  const home = temporaryFolder()
  const directory = temporaryFolder()
  const first = await startClickHouseHttp({ directory })
  recorded(home, 'before')
  const { child, ended, says } = await serving(home, { CLICKHOUSE_URL: first.url })
  await says(/ingested \d+ entries/)
  await first.close()
  recorded(home, 'meanwhile')
  await says(/stays in the journal, and is ingested once it answers/)
  const again = await startClickHouseHttp({ directory, port: Number(new URL(first.url).port) })
  await says(/the database answers again/)
  child.kill('SIGTERM')
  await ended
  const { stdout } = await runHere(['chains', '--json'], {
    env: { CALLTRAIL_HOME: home, CLICKHOUSE_URL: first.url },
  })
  expect(JSON.parse(stdout).chains).toHaveLength(2)
  const rows = await fetch(again.url, {
    method: 'POST',
    body: 'SELECT count() AS spans, uniqExact(span) AS different FROM calltrail.spans FORMAT JSONEachRow',
  })
  expect(await rows.json()).toMatchObject({ spans: 10, different: 10 })
  await again.close()
})

test('a body that says nothing of its length is cut at the bound all the same', async () => {
  const home = temporaryFolder()
  recorded(home, 'bounded')
  const { url, token } = await serving(home)
  const { port } = new URL(url)
  const socket = connect(Number(port), '127.0.0.1')
  const head = `POST /login HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${token}\r\ntransfer-encoding: chunked\r\n\r\n`
  const chunk = `1000\r\n${'x'.repeat(0x1000)}\r\n`
  socket.write(`${head}${chunk}${chunk}`)
  const [answer] = await once(socket, 'data')
  expect(`${answer}`).toMatch(/^HTTP\/1.1 401 /)
  expect(`${answer}`).toMatch(/\r\nconnection: close\r\n/i)
  socket.destroy()
})
