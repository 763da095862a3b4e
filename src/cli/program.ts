import { Command } from 'commander'
import { version } from '../version.ts'
import { addEvaluating } from './commands/evaluating.ts'
import { addKeeping } from './commands/keeping.ts'
import { addReading } from './commands/reading.ts'
import { addRecording } from './commands/recording.ts'
import { usageExitCode } from './run-command.ts'

/** `--help` loads the tables of commands and commander, nothing else: each command loads its own when it is run. */
export function createProgram(): Command {
  const program = new Command('calltrail')
    .description('Records what AI models do with tools over MCP, and keeps testing it.')
    .version(version)
    .enablePositionalOptions()
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : usageExitCode))
  for (const add of [addEvaluating, addRecording, addReading, addKeeping]) add(program)
  return program
}
