import { type Command, Option } from 'commander'
import type { ChainOptions } from '../chain.ts'
import type { ChainsOptions } from '../chains.ts'
import type { DriftOptions } from '../drift.ts'
import type { PromoteCommand } from '../promote.ts'
import { runCommand } from '../run-command.ts'
import { chainSources, collect, count, dollars, tier, words } from './option-values.ts'

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

/** What was recorded, and what is made of it. */
export function addReading(program: Command): void {
  program
    .command('chains')
    .description('the recorded tool-call chains, newest first')
    .option('--since <time>', 'no older: 30m, 24h, 7d, or a time such as 2026-11-20T08:00Z')
    .option('--until <time>', 'older than this: as --since')
    .option('--tool <name>', 'with a call of this tool, with or without its server', words)
    .option('--server <name>', 'with a call to this server', words)
    .option('--user <name>', 'of this user', words)
    .option('--client <name>', 'of this client', words)
    .addOption(new Option('--outcome <outcome>', 'with a call that ended so').choices(outcomes))
    .option('--tier <n>', 'with a link of this tier: 1 exact call id to 5 back-match', tier)
    .option('--denied', 'with a call that policy denied, or would have')
    .option('--min-tokens <n>', 'whose model calls took so many tokens or more; unknown is less', count)
    .option(
      '--min-cost <usd>',
      'whose model calls cost so many US dollars or more; an unknown price is none',
      dollars,
    )
    .option('--text <words>', 'with these words in prompts, arguments or results', words)
    .option('--session <id>', 'of this session, by its id or the beginning of it', words)
    .option('--run <run>', 'of this evaluation run', words)
    .addOption(
      new Option('--source <source>', 'recorded: what clients did; trial: what evaluation runs did').choices(
        chainSources,
      ),
    )
    .option('--limit <n>', 'at most so many', count, 20)
    .option('--json', 'one JSON document on stdout, nothing else')
    .action((options: ChainsOptions) =>
      runCommand(async () => (await import('../chains.ts')).listChains(options)),
    )

  program
    .command('chain')
    .description('one chain as a tree: prompt, decisions, policy, calls, responses')
    .argument('<id>', 'a chain, a session or a trace, or the beginning of its id', words)
    .option(
      '--report <format=file>',
      'html=F: a page of its own; otlp=F: spans as OTLP JSON; repeatable',
      collect,
    )
    .option('--json', 'one JSON document on stdout, nothing else')
    .action((id: string, options: ChainOptions) =>
      runCommand(async () => (await import('../chain.ts')).showChain(id, options)),
    )

  program
    .command('promote')
    .description('make of a recorded chain a case of a suite, and a cassette of what its tools answered')
    .argument('<chain>', 'a chain, a session or a trace, or the beginning of its id', words)
    .requiredOption('--suite <file>', 'the suite that the case is added to; made where it is not there')
    .option('--prompt <words>', 'what was asked, where no recorder saw it')
    .option('--config <file>', 'instead of the nearest calltrail.yaml')
    .action((chain: string, options: PromoteCommand) =>
      runCommand(async () => (await import('../promote.ts')).promoteChain(chain, options)),
    )

  program
    .command('drift')
    .description(
      'tool definitions that changed, text in them that instructs the model, and the suites they touch',
    )
    .option('--since <time>', 'changes no older: 30m, 24h, 7d, or a time such as 2026-11-20T08:00Z')
    .option('--server <name>', 'of this server', words)
    .option('--json', 'one JSON document on stdout, nothing else')
    .action((options: DriftOptions) =>
      runCommand(async () => (await import('../drift.ts')).showDrift(options)),
    )
}
