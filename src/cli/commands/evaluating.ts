import { type Command, Option } from 'commander'
import type { CompareOptions } from '../compare.ts'
import type { EvalOptions } from '../eval.ts'
import type { ImportOptions } from '../import.ts'
import type { RescoreOptions } from '../rescore.ts'
import { runCommand } from '../run-command.ts'
import type { ScheduleOptions } from '../schedule.ts'
import { collect, count, dollars, integer, words } from './option-values.ts'

/** Suites, and the runs that play them. */
export function addEvaluating(program: Command): void {
  program
    .command('eval')
    .description('play suites across models × exposures, score every trial, show the table')
    .argument('[suite...]', 'suite files, folders, or patterns: suites/*.yaml')
    .option('--model <name>', 'a model; repeatable (default: the offline baselines)', collect)
    .option(
      '--exposure <name>',
      'how tools are shown; repeatable (default: full, curated, slim, search)',
      collect,
    )
    .option('--trials <k>', 'repetitions of every case in every cell (default: 1; 3 with a baseline)', count)
    .option('--concurrency <n>', 'trials at once', count, 4)
    .option(
      '--seed <n>',
      'repeats the luck of the baselines, and of providers that take one (default: 1)',
      integer,
    )
    .option(
      '--from-chains <filter>',
      'what was asked in recorded chains, answered by their recordings: since=7d,tool=T,limit=50; all: the newest 20',
    )
    .option('--shard <i/n>', 'one of n parts of the run; together they are the run')
    .option('--run-id <id>', 'of the run: give each of its shards the same', words)
    .option(
      '--resume <run>',
      'play what is left of a run that was cut short (its id, the beginning of it, what --run-id gave, or latest)',
    )
    .option('--budget <usd>', 'the most that the run may cost, in US dollars', dollars)
    .option('--budget-tokens <n>', 'the most tokens that the run may take', count)
    .option('--trial-timeout <span>', 'of one trial, as 90s (default: 10m)')
    .option('--time-limit <span>', 'of the run, as 8h: then it ends, and what is done is kept')
    .option('--baseline <run>', 'compare with this run and those before it; latest: with all before this one')
    .option('--gate', 'play again what looks worse than before, and end with 1 where it is')
    .option('--strict-gate', 'as --gate, and end with 1 too where there is too little to tell')
    .option('--cache', 'give again what a model answered to the same request in the same repetition')
    .option('--report <format=file>', 'junit=F, json=F, html=F, markdown=F or sarif=F; repeatable', collect)
    .option('--no-stream', 'ask providers for whole answers')
    .option('--config <file>', 'instead of the nearest calltrail.yaml')
    .option('--json', 'one JSON document on stdout, nothing else')
    .action((suites: string[], options: EvalOptions) =>
      runCommand(async () => (await import('../eval.ts')).evaluate(suites, options), { goesOn: true }),
    )

  program
    .command('schedule')
    .description('play suites when the schedules of calltrail.yaml say so, until it is stopped')
    .option('--once', 'play what is due now, or never was played, and end')
    .option('--list', 'show the schedules with their next and last runs, and end')
    .option('--config <file>', 'instead of the nearest calltrail.yaml')
    .option('--json', 'with --list or --once: one JSON document on stdout, nothing else')
    .action((options: ScheduleOptions) =>
      runCommand(async () => (await import('../schedule.ts')).schedule(options), { goesOn: true }),
    )

  program
    .command('runs')
    .description('the evaluation runs of this home, newest first; of one run, its report again')
    .argument('[run]', 'a run, the beginning of its id, or latest')
    .option('--limit <n>', 'at most so many', count, 20)
    .option('--json', 'one JSON document on stdout, nothing else')
    .action((run: string | undefined, options: { limit: number; json?: true }) =>
      runCommand(async () => (await import('../runs.ts')).showRuns(run, options)),
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
      runCommand(async () => (await import('../import.ts')).importSuite('bfcl', folder, options)),
    )

  imports
    .command('tau2')
    .description('τ²-bench, from its folder of domains or one of them')
    .argument('<folder>', 'data/tau2/domains')
    .requiredOption('--out <file>', 'the suite; its tools go into a cassette beside it')
    .action((folder: string, options: ImportOptions) =>
      runCommand(async () => (await import('../import.ts')).importSuite('tau2', folder, options)),
    )

  program
    .command('rescore')
    .description('grade the recorded transcripts of a run again, by the suites and graders of now')
    .argument('<run>', 'a run, the beginning of its id, or latest')
    .argument('[suite...]', 'files, folders, or patterns (default: those below suites/)')
    .option('--judge', 'ask judges again, instead of keeping what they said of the same truth')
    .option('--config <file>', 'instead of the nearest calltrail.yaml')
    .option('--json', 'one JSON document on stdout, nothing else')
    .action((run: string, suites: string[], options: RescoreOptions) =>
      runCommand(async () => (await import('../rescore.ts')).rescore(run, suites, options), {
        goesOn: true,
      }),
    )

  program
    .command('compare')
    .description(
      'what changed from one run to another: for which cases, how sure that is, what it costs in tokens',
    )
    .argument('<run>', 'a run, the beginning of its id, or latest')
    .argument('<other>', 'as <run>; the same one: each exposure against full, or the first that was played')
    .addOption(
      new Option(
        '--fail-on <verdict>',
        'end with 1 where a cell is worse, or also where nothing can be said',
      ).choices(['regressed', 'insufficient-data']),
    )
    .option('--json', 'one JSON document on stdout, nothing else')
    .action((run: string, other: string, options: CompareOptions) =>
      runCommand(async () => (await import('../compare.ts')).compareRuns(run, other, options), {
        goesOn: options.failOn !== undefined,
      }),
    )
}
