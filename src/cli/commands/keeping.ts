import { type Command, Option } from 'commander'
import type { VerifyOptions } from '../audit.ts'
import { runCommand } from '../run-command.ts'
import type { MigrateCommand } from '../store-migrate.ts'
import { portNumber, words } from './option-values.ts'

const targets = ['local', 'server', 'cluster', 'cloud']

/** The journal and the database. */
export function addKeeping(program: Command): void {
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
      runCommand(async () => (await import('../audit.ts')).verifyAudit(options), { goesOn: true }),
    )

  audit
    .command('anchor')
    .description('put a signed checkpoint of all logs into a place off this host')
    .option('--anchor <place>', 'a file, or git:URL (default: what calltrail.yaml says)')
    .option('--json', 'one JSON document on stdout, nothing else')
    .action((options: { anchor?: string; json?: true }) =>
      runCommand(async () => (await import('../audit.ts')).anchorAudit(options)),
    )

  audit
    .command('prove')
    .description('the entries of a chain, each with its inclusion proof (C2SP tlog-proof), as JSON')
    .argument('<chain>', 'a chain, a session or a trace, or the beginning of its id', words)
    .action((id: string) => runCommand(async () => (await import('../audit-prove.ts')).proveChain(id)))

  audit
    .command('rotate-key')
    .description('sign with a new key from now on; what the old one signed stays good')
    .option('--json', 'one JSON document on stdout, nothing else')
    .action((options: { json?: true }) =>
      runCommand(async () => (await import('../audit.ts')).rotateAuditKey(options)),
    )

  program
    .command('serve')
    .description(
      'keep the database up to the journal, and show it in a browser; other commands of this home ask it then',
    )
    .option('--port <n>', '0 takes any that is free', portNumber, 4320)
    .action((options: { port: number }) =>
      runCommand(async () => (await import('../serve.ts')).serve(options)),
    )

  program
    .command('dashboards')
    .description('the Grafana dashboards')
    .command('build')
    .description('write the dashboards as JSON files')
    .option('--out <folder>', 'where to', 'dashboards')
    .action((options: { out: string }) =>
      runCommand(async () => (await import('../dashboards.ts')).writeDashboards(options.out)),
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
      runCommand(async () => (await import('../store-migrate.ts')).migrateTables(options)),
    )

  store
    .command('rebuild')
    .description(
      'make the database anew from the journal; the one that is there stays until the new one is whole',
    )
    .option('--drop-foreign', 'on a server, drop the rows of logs that this home knows nothing of too')
    .option('--json', 'one JSON document on stdout, nothing else')
    .action((options: { dropForeign?: true; json?: true }) =>
      runCommand(async () => (await import('../store-rebuild.ts')).rebuildDatabase(options)),
    )
}
