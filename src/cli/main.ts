#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from 'commander'
import { version } from '../version.ts'
import type { VerifyOptions } from './audit.ts'
import type { ChainOptions } from './chain.ts'
import type { ChainsOptions } from './chains.ts'
import type { DriftOptions } from './drift.ts'
import type { EvalOptions } from './eval.ts'
import type { GatewayCommand } from './gateway.ts'
import type { ImportOptions } from './import.ts'
import type { PromoteCommand } from './promote.ts'
import type { RecordOptions } from './record.ts'
import type { RescoreOptions } from './rescore.ts'
import { runCommand, usageExitCode } from './run-command.ts'
import type { ScheduleOptions } from './schedule.ts'
import type { MigrateCommand } from './store-migrate.ts'

const outcomes = [
  'ok',
  'tool',
  'json-rpc',
  'http',
  'transport',
  'cancelled',
  'malformed',
  'no_answer',
  'deny',
]

const targets = ['local', 'server', 'cluster', 'cloud']

// `--help` loads this file and commander, nothing else: each command loads its own when it is run.
const program = new Command('calltrail')
  .description('Records what AI models do with tools over MCP, and keeps testing it.')
  .version(version)
  .enablePositionalOptions()
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : usageExitCode))

program
  .command('eval')
  .description('play suites across models × exposures, score every trial, show the table')
  .argument('<suite...>', 'suite files, folders, or patterns: suites/*.yaml')
  .option('--model <name>', 'a model; repeatable (default: the offline baselines)', collect)
  .option(
    '--exposure <name>',
    'how tools are shown; repeatable (default: full, curated, slim, search)',
    collect,
  )
  .option('--trials <k>', 'repetitions of every case in every cell (default: 1; 3 with a baseline)', count)
  .option('--concurrency <n>', 'trials at once', count, 4)
  .option('--seed <n>', 'repeats the luck of the baselines, and of providers that take one', integer, 1)
  .option('--baseline <run>', 'compare with this run and those before it; latest: with all before this one')
  .option('--gate', 'play again what looks worse than before, and end with 1 where it is')
  .option('--strict-gate', 'as --gate, and end with 1 too where there is too little to tell')
  .option('--report <format=file>', 'junit=F, json=F, html=F, markdown=F or sarif=F; repeatable', collect)
  .option('--no-stream', 'ask providers for whole answers')
  .option('--config <file>', 'instead of the nearest calltrail.yaml')
  .option('--json', 'one JSON document on stdout, nothing else')
  .action((suites: string[], options: EvalOptions) =>
    runCommand(async () => (await import('./eval.ts')).evaluate(suites, options)),
  )

program
  .command('schedule')
  .description('play suites when the schedules of calltrail.yaml say so, until it is stopped')
  .option('--once', 'play what is due now, or never was played, and end')
  .option('--list', 'show the schedules with their next and last runs, and end')
  .option('--config <file>', 'instead of the nearest calltrail.yaml')
  .option('--json', 'with --list or --once: one JSON document on stdout, nothing else')
  .action((options: ScheduleOptions) =>
    runCommand(async () => (await import('./schedule.ts')).schedule(options)),
  )

program
  .command('record')
  .description('record a stdio MCP server; goes in front of the command of an mcpServers entry')
  .usage('[--server NAME] [--home FOLDER] [--config F] [--inject-trace-context] -- COMMAND [ARG...]')
  .argument('<command...>', 'the command, as it stands in mcpServers')
  .option('--server <name>', 'the name its tools are recorded under (default: told from the command)')
  .option('--home <folder>', 'instead of CALLTRAIL_HOME')
  .option('--config <file>', 'instead of the nearest calltrail.yaml')
  .option(
    '--inject-trace-context',
    'name the span of each call in its _meta.traceparent, where nothing does yet',
  )
  .passThroughOptions()
  .action((command: string[], options: RecordOptions) =>
    runCommand(async () => (await import('./record.ts')).record(command, options)),
  )

program
  .command('gateway')
  .description(
    'pass requests through, and record them: /openai/…, /anthropic/…, /gemini/…, /mcp/SERVER, /mcp (the toolset of gateway.toolset); /healthz, /metrics',
  )
  .option('--config <file>', 'instead of the nearest calltrail.yaml')
  .option('--host <address>', 'to listen on; callers of any but loopback need tokens (default: 127.0.0.1)')
  .option('--port <n>', '0 takes any that is free (default: 4319)', portNumber)
  .option('--new-token <name>', 'print a token for a caller, and its line for calltrail.yaml, and end')
  .action((options: GatewayCommand) =>
    runCommand(async () => {
      if (options.newToken !== undefined) return (await import('./new-token.ts')).printToken(options.newToken)
      return (await import('./gateway.ts')).gateway(options)
    }),
  )

program
  .command('wrap')
  .description("rewrite a client's mcpServers file so that every server in it is recorded")
  .argument('<client-config>', 'of Claude Desktop, Claude Code, Cursor or VS Code')
  .option('--undo', 'put it back')
  .action((file: string, options: { undo?: true }) =>
    runCommand(async () => (await import('./wrap.ts')).wrap(file, options)),
  )

program
  .command('runs')
  .description('the evaluation runs of this home, newest first; of one run, its report again')
  .argument('[run]', 'a run, or the beginning of its id')
  .option('--limit <n>', 'at most so many', count, 20)
  .option('--json', 'one JSON document on stdout, nothing else')
  .action((run: string | undefined, options: { limit: number; json?: true }) =>
    runCommand(async () => (await import('./runs.ts')).showRuns(run, options)),
  )

const imports = program.command('import').description('make a suite of a public benchmark')

imports
  .command('bfcl')
  .description('the Berkeley Function-Calling Leaderboard, from its folder of data')
  .argument('<folder>', 'bfcl_eval/data')
  .requiredOption('--out <file>', 'the suite; its tools go into a cassette beside it')
  .addOption(
    new Option('--mode <mode>', 'as its own checker judges, or right where that is wrong').choices([
      'default',
      'bfcl',
    ]),
  )
  .action((folder: string, options: ImportOptions) =>
    runCommand(async () => (await import('./import.ts')).importSuite('bfcl', folder, options)),
  )

imports
  .command('tau2')
  .description('τ²-bench, from its folder of domains or one of them')
  .argument('<folder>', 'data/tau2/domains')
  .requiredOption('--out <file>', 'the suite; its tools go into a cassette beside it')
  .action((folder: string, options: ImportOptions) =>
    runCommand(async () => (await import('./import.ts')).importSuite('tau2', folder, options)),
  )

program
  .command('rescore')
  .description('grade the recorded transcripts of a run again, by the suites and graders of now')
  .argument('<run>', 'a run, or the beginning of its id')
  .argument('[suite...]', 'files, folders, or patterns (default: those below suites/)')
  .option('--judge', 'ask judges again, instead of keeping what they said of the same truth')
  .option('--config <file>', 'instead of the nearest calltrail.yaml')
  .option('--json', 'one JSON document on stdout, nothing else')
  .action((run: string, suites: string[], options: RescoreOptions) =>
    runCommand(async () => (await import('./rescore.ts')).rescore(run, suites, options)),
  )

program
  .command('compare')
  .description(
    'what changed from one run to another: for which cases, how sure that is, what it costs in tokens',
  )
  .argument('<run>', 'a run, the beginning of its id, or latest')
  .argument('<other>', 'as <run>; the same one: each exposure against full')
  .option('--json', 'one JSON document on stdout, nothing else')
  .action((run: string, other: string, options: { json?: true }) =>
    runCommand(async () => (await import('./compare.ts')).compareRuns(run, other, options)),
  )

program
  .command('chains')
  .description('the recorded tool-call chains, newest first')
  .option('--since <time>', 'no older: 30m, 24h, 7d, or a time such as 2026-11-20T08:00Z')
  .option('--until <time>', 'older than this: as --since')
  .option('--tool <name>', 'with a call of this tool, with or without its server')
  .option('--server <name>', 'with a call to this server')
  .option('--user <name>', 'of this user')
  .option('--client <name>', 'of this client')
  .addOption(new Option('--outcome <outcome>', 'with a call that ended so').choices(outcomes))
  .option('--tier <n>', 'with a link of this tier: 1 exact call id to 5 back-match', tier)
  .option('--denied', 'with a call that policy denied, or would have')
  .option('--min-tokens <n>', 'whose model calls took so many tokens or more; unknown is less', count)
  .option('--text <words>', 'with these words in prompts, arguments or results')
  .option('--session <id>', 'of this session, by its id or the beginning of it')
  .option('--run <run>', 'of this evaluation run')
  .option('--limit <n>', 'at most so many', count, 20)
  .option('--json', 'one JSON document on stdout, nothing else')
  .action((options: ChainsOptions) =>
    runCommand(async () => (await import('./chains.ts')).listChains(options)),
  )

program
  .command('chain')
  .description('one chain as a tree: prompt, decisions, policy, calls, responses')
  .argument('<id>', 'a chain, a session or a trace, or the beginning of its id')
  .option(
    '--report <format=file>',
    'html=F: a page of its own; otlp=F: spans as OTLP JSON; repeatable',
    collect,
  )
  .option('--json', 'one JSON document on stdout, nothing else')
  .action((id: string, options: ChainOptions) =>
    runCommand(async () => (await import('./chain.ts')).showChain(id, options)),
  )

const audit = program.command('audit').description('prove that what was recorded is what is there')

audit
  .command('verify')
  .description(
    'entries and bodies against all that was signed for; names the first bad entry, and ends with 1',
  )
  .option('--anchor <place>', 'a file, or git:URL (default: what calltrail.yaml says)')
  .option('--no-database', 'the journal alone')
  .option('--json', 'one JSON document on stdout, nothing else')
  .action((options: VerifyOptions) =>
    runCommand(async () => (await import('./audit.ts')).verifyAudit(options)),
  )

audit
  .command('anchor')
  .description('put a signed checkpoint of all logs into a place off this host')
  .option('--anchor <place>', 'a file, or git:URL (default: what calltrail.yaml says)')
  .option('--json', 'one JSON document on stdout, nothing else')
  .action((options: { anchor?: string; json?: true }) =>
    runCommand(async () => (await import('./audit.ts')).anchorAudit(options)),
  )

audit
  .command('prove')
  .description('the entries of a chain, each with its inclusion proof (C2SP tlog-proof), as JSON')
  .argument('<chain>', 'a chain, a session or a trace, or the beginning of its id')
  .action((id: string) => runCommand(async () => (await import('./audit-prove.ts')).proveChain(id)))

audit
  .command('rotate-key')
  .description('sign with a new key from now on; what the old one signed stays good')
  .option('--json', 'one JSON document on stdout, nothing else')
  .action((options: { json?: true }) =>
    runCommand(async () => (await import('./audit.ts')).rotateAuditKey(options)),
  )

program
  .command('serve')
  .description(
    'keep the database up to the journal, and show it in a browser; other commands of this home ask it then',
  )
  .option('--port <n>', '0 takes any that is free', portNumber, 4320)
  .action((options: { port: number }) => runCommand(async () => (await import('./serve.ts')).serve(options)))

program
  .command('promote')
  .description('make of a recorded chain a case of a suite, and a cassette of what its tools answered')
  .argument('<chain>', 'a chain, a session or a trace, or the beginning of its id')
  .requiredOption('--suite <file>', 'the suite that the case is added to; made where it is not there')
  .option('--prompt <words>', 'what was asked, where no recorder saw it')
  .option('--config <file>', 'instead of the nearest calltrail.yaml')
  .action((chain: string, options: PromoteCommand) =>
    runCommand(async () => (await import('./promote.ts')).promoteChain(chain, options)),
  )

program
  .command('drift')
  .description(
    'tool definitions that changed, text in them that instructs the model, and the suites they touch',
  )
  .option('--since <time>', 'changes no older: 30m, 24h, 7d, or a time such as 2026-11-20T08:00Z')
  .option('--server <name>', 'of this server')
  .option('--json', 'one JSON document on stdout, nothing else')
  .action((options: DriftOptions) => runCommand(async () => (await import('./drift.ts')).showDrift(options)))

program
  .command('dashboards')
  .description('the Grafana dashboards')
  .command('build')
  .description('write the dashboards as JSON files')
  .option('--out <folder>', 'where to', 'dashboards')
  .action((options: { out: string }) =>
    runCommand(async () => (await import('./dashboards.ts')).writeDashboards(options.out)),
  )

const store = program.command('store').description('the tables of the database')

store
  .command('migrate')
  .description('make or change them as this version and the retention of calltrail.yaml need them')
  .addOption(
    new Option(
      '--target <target>',
      'how they are laid out (default: local; server with CLICKHOUSE_URL)',
    ).choices(targets),
  )
  .option('--print', 'print the statements for an empty database, and do nothing')
  .option('--config <file>', 'instead of the nearest calltrail.yaml')
  .action((options: MigrateCommand) =>
    runCommand(async () => (await import('./store-migrate.ts')).migrateTables(options)),
  )

store
  .command('rebuild')
  .description(
    'make the database anew from the journal; the one that is there stays until the new one is whole',
  )
  .option('--json', 'one JSON document on stdout, nothing else')
  .action((options: { json?: true }) =>
    runCommand(async () => (await import('./store-rebuild.ts')).rebuildDatabase(options)),
  )

await program.parseAsync()

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value]
}

function integer(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('expected a whole number')
  return value
}

function portNumber(text: string): number {
  const value = integer(text)
  if (value < 0 || value > 65_535) throw new InvalidArgumentError('expected 0 to 65535')
  return value
}

function tier(text: string): number {
  const value = integer(text)
  if (value < 1 || value > 5) throw new InvalidArgumentError('expected 1 to 5')
  return value
}

function count(text: string): number {
  const value = integer(text)
  if (value < 1) throw new InvalidArgumentError('expected a whole number from 1 on')
  return value
}
