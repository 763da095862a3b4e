import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'vitest'
import type { Home } from '../../src/journal/home.ts'
import { runModule } from '../journal/child-process.ts'
import { temporaryHome } from '../journal/temporary-home.ts'
import { expectRecorded } from './answered-calls.ts'

// More kills than a test should take: npm run kills
const kills = Number(process.env.CALLTRAIL_KILLS ?? 4)
const proxyModule = join(import.meta.dirname, 'proxy-process.ts')
const echo = `
let rest = ''
process.stdin.on('data', (chunk) => {
  const lines = (rest + chunk).split('\\n')
  rest = lines.pop()
  for (const line of lines)
    process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(line).id, result: { content: [] } }) + '\\n')
})`

/** Calls as fast as answers come, 32 at once, until the proxy is killed; the ids whose answers arrived. */
async function callUntilKilled(home: Home): Promise<readonly number[]> {
  const { child, closed } = runModule(proxyModule, [home.path, process.execPath, '-e', echo])
  const answered: number[] = []
  let rest = ''
  let next = 0
  child.stdin.on('error', () => {})
  const call = () => {
    const params = { name: 'echo', arguments: { n: next } }
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: next++, method: 'tools/call', params })}\n`)
  }
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      answered.push(JSON.parse(line).id)
      call()
    }
  })
  for (let first = 0; first < 32; first++) call()
  await once(child.stdout, 'data')
  await sleep(Math.random() * 150)
  child.kill('SIGKILL')
  await closed
  return answered
}

test(
  'killed under load, the journal opens, has no hole, and has every call whose answer reached the client',
  async () => {
    for (let kill = 0; kill < kills; kill++) {
      const home = temporaryHome()
      const answered = await callUntilKilled(home)
      await expectRecorded(home, answered)
    }
  },
  20_000 + kills * 2_000,
)
