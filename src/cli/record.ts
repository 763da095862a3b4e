import { type Config, loadConfig } from '../config/calltrail-config.ts'
import { type Identity, selfReported, unknownIdentity } from '../domain/identity.ts'
import { describeError } from '../errors.ts'
import { mcpMeters } from '../record/otel/mcp-meter.ts'
import { endAs, proxyStdio } from '../record/stdio-proxy.ts'
import { homePath, openLogAnyway } from './home.ts'
import { openMetrics } from './metric-export.ts'
import { say } from './run-command.ts'
import { withSpans } from './span-export.ts'

export interface RecordOptions {
  readonly server?: string
  readonly home?: string
  readonly config?: string
  readonly injectTraceContext?: true
}

/** Whatever keeps calltrail from recording is told and counted: the server runs all the same. */
export async function record(
  [command = '', ...args]: readonly string[],
  {
    server = serverName(command, args),
    home = homePath(),
    config: file,
    injectTraceContext: asked,
  }: RecordOptions,
): Promise<number> {
  const config = await configured(file)
  const identity = config === null ? unknownIdentity : identityIn(config, file !== undefined)
  const injectTraceContext = asked ?? config?.injectTraceContext ?? false
  const { journal, closeSpans } = await withSpans(openLogAnyway(home, config ?? undefined), {
    injectTraceContext,
  })
  const { sinks, closeMetrics } = await openMetrics()
  const meters = mcpMeters(sinks, journal.redactor)
  const { env: environment, stdin: input, stdout: output } = process
  const exit = await proxyStdio({
    ...{ command, args, server, journal, identity, input, output, environment },
    strict: config?.journal.strict ?? false,
    injectTraceContext,
    ...(sinks.length > 0 && { meter: meters({ server, toClient: 'stdio', toServer: 'stdio' }) }),
  })
  journal.close()
  await Promise.all([closeSpans(), closeMetrics()])
  if (exit.message !== null) say(exit.message)
  endAs(exit)
  return exit.exitCode ?? 1
}

async function configured(file: string | undefined): Promise<Config | null> {
  try {
    return await loadConfig(file, process.cwd())
  } catch (error) {
    say(`calltrail records without what is configured: ${describeError(error)}`)
    return null
  }
}

/** A folder that was cloned may hold a file that names anybody: only the one that `--config` names is the operator's word. */
function identityIn({ identity }: Config, isNamed: boolean): Identity {
  return isNamed ? identity : selfReported(identity)
}

const launchers = /^(?:npx|bunx|pnpx|uvx|pipx|node|bun|deno|tsx|python\d*(?:\.\d+)?)$/

/** Says nothing of a program: `server-files/dist/index.js`. */
const anyName = /^(?:index|main|cli|server|run|start|dist|build|lib|out|src|bin|app)$/

/** `npx -y @scope/server-files@1.2 DIR`, `node dist/server-files.js`, `node server-files/dist/index.js`: `server-files`. */
export function serverName(command: string, args: readonly string[]): string {
  const own = plainName(command)
  const program = launchers.test(own) ? args.find((arg) => !arg.startsWith('-')) : undefined
  return program === undefined ? own : plainName(program)
}

function plainName(program: string): string {
  const parts = program.replace(/(?<=.)@[^@/\\]*$/, '').split(/[/\\]/)
  const names = parts.map((part) => part.replace(/\.(?:[cm]?[jt]s|py|exe|cmd)$/, ''))
  const name = names.findLast((part) => !anyName.test(part) && /\w/.test(part)) ?? names.at(-1) ?? ''
  return name.replace(/[^A-Za-z0-9_.-]/g, '-') || 'server'
}
