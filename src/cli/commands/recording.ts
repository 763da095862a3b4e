import type { Command } from 'commander'
import type { GatewayCommand } from '../gateway.ts'
import type { RecordOptions } from '../record.ts'
import { runCommand } from '../run-command.ts'
import { portNumber } from './option-values.ts'

/** What stands between clients, models and servers. */
export function addRecording(program: Command): void {
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
      runCommand(async () => (await import('../record.ts')).record(command, options)),
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
        if (options.newToken !== undefined)
          return (await import('../new-token.ts')).printToken(options.newToken)
        return (await import('../gateway.ts')).gateway(options)
      }),
    )

  program
    .command('wrap')
    .description("rewrite a client's mcpServers file so that every server in it is recorded")
    .argument('<client-config>', 'of Claude Desktop, Claude Code, Cursor or VS Code')
    .option('--undo', 'put it back')
    .action((file: string, options: { undo?: true }) =>
      runCommand(async () => (await import('../wrap.ts')).wrap(file, options)),
    )
}
