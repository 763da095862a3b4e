import { createHash } from 'node:crypto'
import { existsSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { findConfig } from '../config/calltrail-config.ts'
import { readSource } from '../config/located-document.ts'
import { parseJson } from '../config/parse-json.ts'
import { type Launcher, unwrapServers, type WrappedServer, wrapServers } from '../config/wrap-servers.ts'
import { describeError, InfrastructureError, UsageError } from '../errors.ts'
import { escapeText } from '../show/escape.ts'
import { table } from '../show/table.ts'
import { terminalOf } from '../show/terminal.ts'
import { version } from '../version.ts'
import { commandPrefix } from './command-prefix.ts'
import { print } from './print.ts'

/** Rewrites a client's file so that every stdio server in it is recorded, or puts it back. */
export async function wrap(file: string, { undo }: { undo?: true }): Promise<number> {
  // Whoever wrote it, the file must be one that the client can read: a mistake in it is told with its place.
  parseJson(await readSource(file, process.cwd()))
  const path = realpathSync(resolve(file))
  if (undo) print(unwrapFile(path, file))
  else print(wrapFile(path, file, launcher(await findConfig(process.cwd()))))
  return 0
}

function wrapFile(path: string, file: string, launcher: Launcher): string {
  const bytes = readFileSync(path)
  const before = bytes.toString()
  if (!Buffer.from(before).equals(bytes))
    throw new UsageError([{ message: `${file} is not UTF-8`, hint: 'save it as UTF-8 and try again' }])
  const { text, servers } = wrapServers(before, launcher)
  if (servers.length === 0)
    throw new UsageError([
      {
        message: `${file} has no servers`,
        hint: 'expected some under "mcpServers", or "servers" as VS Code writes it',
      },
    ])
  if (text === before) return `${file}: nothing to do\n${listOf(servers)}`
  const backup = backupOf(path, text)
  replaceFile(backup, before, statSync(path).mode)
  replaceFile(path, text, statSync(path).mode)
  const command = commandPrefix()
  const next = [
    `backup  ${escapeText(backup)}`,
    `next    restart the client, use it, then: ${command} chains --since 1h`,
    `        ${command} wrap ${escapeText(file)} --undo    puts the file back`,
  ]
  return `${escapeText(file)}\n${listOf(servers)}\n\n${next.join('\n')}`
}

/** A file that nobody has touched since goes back to the byte; from another, only the recorders are taken out. */
function unwrapFile(path: string, file: string): string {
  let restored = 0
  for (let text = readFileSync(path, 'utf8'); existsSync(backupOf(path, text)); restored++) {
    const backup = backupOf(path, text)
    text = readFileSync(backup, 'utf8')
    replaceFile(path, text, statSync(path).mode)
    rmSync(backup)
  }
  const { text, servers } = unwrapServers(readFileSync(path, 'utf8'))
  if (servers.length > 0) replaceFile(path, text, statSync(path).mode)
  if (restored + servers.length === 0) return `${escapeText(file)}: no server in it is recorded`
  if (servers.length === 0) return `${escapeText(file)}: restored, byte for byte`
  const names = servers.map(({ name }) => escapeText(name)).join(', ')
  return `${escapeText(file)}: it was changed since; recording taken out of ${names}, the rest left as it is`
}

/** Unless its `--port` says otherwise. */
const gatewayAddress = 'http://127.0.0.1:4319'

const states: Readonly<Record<WrappedServer['state'], string>> = {
  wrapped: 'is recorded now',
  already: 'was recorded already',
  remote: 'not wrapped: it is remote',
  broken: 'not wrapped: it has neither a "command" that is text nor a "url"',
}

function listOf(servers: readonly WrappedServer[]): string {
  const rows = servers.map(({ name, state }) => [`  ${escapeText(name)}`, states[state]])
  const { columns } = terminalOf(process.stdout, process.env)
  const remote = servers.filter(({ state }) => state === 'remote').map(({ name }) => name)
  return [...table([{ head: '' }, { head: '' }], rows, columns).rows, ...remoteLines(remote)].join('\n')
}

function remoteLines(names: readonly string[]): readonly string[] {
  if (names.length === 0) return []
  return [
    '',
    `remote  name it under mcpServers in calltrail.yaml, start: ${commandPrefix()} gateway`,
    ...names.map(
      (name) => `        and give the client ${gatewayAddress}/mcp/${encodeURIComponent(name)} as its url`,
    ),
  ]
}

/** Beside the file; named after what the file holds once it is wrapped, so that it is found by that alone. */
function backupOf(path: string, wrapped: string): string {
  return `${path}.${createHash('sha256').update(wrapped).digest('hex').slice(0, 12)}.calltrail-backup`
}

/** Whole or not at all, readable by whom the file is readable by. */
function replaceFile(path: string, text: string, mode: number): void {
  const draft = `${path}.${process.pid}.draft`
  try {
    writeFileSync(draft, text, { flag: 'wx', mode: mode & 0o777 })
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw new InfrastructureError('wrap', `cannot write ${path}: ${describeError(error)}`, { cause: error })
  }
}

/** Clients start servers without a shell's PATH: absolute paths are sure. What npx has fetched is not there to stay. */
function launcher(config: string | null): Launcher {
  const program = process.argv[1] ?? ''
  const home = process.env.CALLTRAIL_HOME ? resolve(process.env.CALLTRAIL_HOME) : null
  if (/[\\/]_npx[\\/]/.test(program))
    return { command: 'npx', args: ['-y', `calltrail@${version}`], home, config }
  return { command: process.execPath, args: [realpathSync(program)], home, config }
}
