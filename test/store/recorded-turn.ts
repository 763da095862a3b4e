import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Evidence } from '../../src/domain/entry.ts'
import type { Home } from '../../src/journal/home.ts'
import { observedSession } from '../chain/observed-session.ts'
import { openLog } from './recorded-home.ts'

export const callId = 'toolu_01ABCDEFGHIJKLMN'
export const argumentsHash = 'a'.repeat(64)

/** As if it had been recorded two days before. */
function age({ journal }: Home, log: string): void {
  const folder = join(journal, log)
  for (const name of readdirSync(folder).filter((each) => /^\d+\.jsonl$/.test(each))) {
    const lines = readFileSync(join(folder, name), 'utf8')
    const aged = lines.replace(/"at":"([^"]+)"/g, (_, at: string) => {
      const before = new Date(Date.parse(at) - 48 * 60 * 60_000).toISOString()
      return `"at":"${before.slice(0, 19)}${at.slice(19)}"`
    })
    writeFileSync(join(folder, name), aged)
  }
}

/** A model's decisions, two days before. */
export function recordTurn(at: Home, decisions: readonly { span: string; callId: string }[]): void {
  const log = openLog(at)
  const talk = observedSession(log, { type: 'model' })
  talk.modelRequest('m')
  talk.modelResponse('m')
  for (const { span, callId } of decisions) talk.decision(span, 'm', { callId, evidence: { argumentsHash } })
  talk.close()
  log.close()
  age(at, log.log)
}

/** A call that was answered. */
export function recordCall(at: Home, evidence: Evidence, { isOld = false } = {}): void {
  const log = openLog(at)
  const session = observedSession(log, { type: 'stdio', server: 'files' })
  session.request('c', { evidence })
  session.result('c')
  session.close()
  log.close()
  if (isOld) age(at, log.log)
}
