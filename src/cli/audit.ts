import { existsSync, statSync } from 'node:fs'
import { loadConfig } from '../config/calltrail-config.ts'
import { UsageError } from '../errors.ts'
import { type AnchorPlace, anchorHome, verifyAnchors } from '../journal/audit/anchor.ts'
import { fileAnchor } from '../journal/audit/anchor-file.ts'
import { gitAnchor } from '../journal/audit/anchor-git.ts'
import type { Finding } from '../journal/audit/finding.ts'
import { type IngestedLogs, readAllIngested, readIngested } from '../journal/audit/ingested.ts'
import { readRegister, rotateKey } from '../journal/audit/register.ts'
import { registerOpenLogs, sealDeadLogs } from '../journal/audit/seal-logs.ts'
import { verifierKey } from '../journal/audit/signed-note.ts'
import { verifyHome } from '../journal/audit/verify-home.ts'
import { type Home, homeAt, openHome } from '../journal/home.ts'
import { auditDocument } from '../show/audit-document.ts'
import { renderAudit } from '../show/audit-report.ts'
import { type AuditReport, isVerified } from '../show/audit-verdict.ts'
import { count } from '../show/quantities.ts'
import { terminalOf } from '../show/terminal.ts'
import type { ProjectionVerdict } from '../store/audit/projection-verdict.ts'
import { verifyProjection } from '../store/audit/verify-projection.ts'
import { storedClaims } from '../store/checkpoint-rows.ts'
import { DamagedDatabaseError } from '../store/damaged-database.ts'
import { type RowsVerdict, verifyRows } from '../store/verify-rows.ts'
import { commandPrefix } from './command-prefix.ts'
import { type Database, databaseName, withDatabaseAsItIs } from './database.ts'
import { homePath, openLog } from './home.ts'
import { print, printJson } from './print.ts'

export interface VerifyOptions {
  readonly anchor?: string
  readonly database: boolean
  readonly json?: true
}

/** Reads and writes nothing but the report: neither is anything ingested, nor signed. */
export async function verifyAudit({ anchor, database, json }: VerifyOptions): Promise<number> {
  const home = existingHome()
  const place = await anchorPlace(anchor)
  const hasDatabase = process.env.CLICKHOUSE_URL !== undefined || existsSync(home.database)
  const verify = (store: Database | null) => verifyAll(home, store, place)
  const report = await (database && hasDatabase
    ? withDatabaseAsItIs(home, verify).catch(async (error) => {
        if (!(error instanceof DamagedDatabaseError)) throw error
        return { ...(await verify(null)), damage: damageOf(error) }
      })
    : verify(null))
  if (json) printJson(auditDocument(report))
  else print(renderAudit(report, { command: commandPrefix(), ...terminalOf(process.stdout, process.env) }))
  return isVerified(report) ? 0 : 1
}

/** A path that was mistyped would be verified for ever. */
function existingHome(): Home {
  const path = homePath()
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return homeAt(path)
  throw new UsageError([
    {
      message: `there is no home at ${path}`,
      hint: 'CALLTRAIL_HOME is to name the folder that was recorded in',
    },
  ])
}

function damageOf({ missing, message }: DamagedDatabaseError): readonly Finding[] {
  const at = (file: string, problem: string) => ({ log: null, seq: null, file, offset: null, problem })
  if (missing.length === 0) return [at('database', message)]
  return missing.map((name) => at(`database:${name}`, 'this is missing: store rebuild makes it anew'))
}

async function verifyAll(
  home: Home,
  store: Database | null,
  place: AnchorPlace | null,
): Promise<AuditReport> {
  const begun = performance.now()
  const register = readRegister(home)
  // Before the rows, which only grow.
  const mark = store ? readIngested(home, databaseName()) : readAllIngested(home)
  const kept = mark?.logs
  const stored = store && (await storedClaims(home, store, kept))
  const journal = verifyHome(home, stored?.claims)
  const durationMs = performance.now() - begun
  const logs = journal.logs.map(({ log }) => log)
  const claims = stored?.claims ?? new Map()
  const rows = store && (await verifyRows(home, store, { logs, claims, ingested: kept }))
  const tables = store && rows && (await verifyTables(home, store, { rows, kept }))
  const findings = [stored, rows && { findings: strangers(rows) }, rows, tables].flatMap(
    (part) => part?.findings ?? [],
  )
  const database = rows && { ...rows, tables, findings }
  const anchor = place && (await verifyAnchors(register, place))
  return { home: home.path, journal, database, damage: [], anchor, ingested: entriesOf(kept), durationMs }
}

/** Null where entries that somebody has edited in the database add up to nothing: that they are is a finding already. */
async function verifyTables(
  home: Home,
  store: Database,
  { rows, kept }: { readonly rows: RowsVerdict; readonly kept: IngestedLogs | undefined },
): Promise<ProjectionVerdict | null> {
  try {
    return await verifyProjection(home, store, kept)
  } catch (error) {
    if (rows.findings.some(({ file }) => file === 'database:entries')) return null
    throw error
  }
}

/** A server's database may be that of several homes; the embedded one is this home's alone. */
function strangers({ foreignLogs }: RowsVerdict): readonly Finding[] {
  if (foreignLogs === 0 || process.env.CLICKHOUSE_URL !== undefined) return []
  const problem = `it has ${count(foreignLogs, 'log')} of which nothing in this home speaks`
  return [{ log: null, seq: null, file: 'database:entries', offset: null, problem }]
}

function entriesOf(kept: IngestedLogs | undefined): number | null {
  if (kept === undefined || kept.size === 0) return null
  return [...kept.values()].reduce((sum, { entries }) => sum + entries, 0)
}

/** `git:URL`, or the path of a file; null where none is named. */
async function anchorPlace(named: string | undefined): Promise<AnchorPlace | null> {
  const place = named ?? (await loadConfig(undefined, process.cwd())).audit.anchor
  if (place === undefined) return null
  if (!place.startsWith('git:')) return fileAnchor(place)
  return gitAnchor({ url: place.slice('git:'.length), environment: process.env })
}

export async function anchorAudit({ anchor, json }: { anchor?: string; json?: true }): Promise<number> {
  const place = await anchorPlace(anchor)
  if (place === null)
    throw new UsageError([
      {
        message: 'there is no place to anchor in',
        hint: 'calltrail.yaml: audit: { anchor: git:ssh://HOST/REPOSITORY }, or --anchor FILE',
      },
    ])
  const home = openHome(homePath())
  sealDeadLogs(home)
  const { at, lines, isNew } = await anchorHome(home, place)
  if (json) printJson({ anchor: place.name, at, register_lines: lines, is_new: isNew })
  else
    print(
      `${isNew ? 'anchored' : 'anchored already'} · ${at} · ${count(lines, 'line')} of the register · ${place.name}`,
    )
  return 0
}

export async function rotateAuditKey({ json }: { json?: true }): Promise<number> {
  const home = openHome(homePath())
  sealDeadLogs(home)
  // What the old key has signed is bound by the new one: the register speaks for all of it.
  registerOpenLogs(home)
  const { key, previous } = rotateKey(home)
  const origin = readRegister(home)?.origin ?? ''
  const [keyId, previousKeyId] = [key, previous].map((each) => verifierKey(origin, each))
  const log = openLog(home)
  log.append('key_rotated', null, {
    purpose: 'audit',
    keyId: keyId ?? '',
    previousKeyId: previousKeyId ?? '',
  })
  log.close()
  if (json) printJson({ key: keyId, previous_key: previousKeyId })
  else print(`signs now    ${keyId}\nstays good   ${previousKeyId}`)
  return 0
}
