import { loadConfig } from '../config/calltrail-config.ts'
import { type Promotion, promote } from '../forensics/promote.ts'
import { escapeText } from '../show/escape.ts'
import { count } from '../show/quantities.ts'
import { oneChain } from './chain.ts'
import { commandPrefix } from './command-prefix.ts'
import { withDatabase } from './database.ts'
import { print } from './print.ts'

export interface PromoteCommand {
  readonly suite: string
  readonly prompt?: string
  readonly config?: string
}

export async function promoteChain(prefix: string, options: PromoteCommand): Promise<number> {
  const config = await loadConfig(options.config, process.cwd())
  const promotion = await withDatabase(async (database) => {
    const chain = await oneChain(database, prefix)
    return promote(database, chain, { suite: options.suite, prompt: options.prompt, config })
  })
  print(
    `${describe(promotion)
      .map((line) => escapeText(line))
      .join('\n')}\n`,
  )
  return 0
}

function describe({
  case: id,
  suite,
  cassette,
  isNew,
  isDraft,
  decide,
  calls,
  servers,
}: Promotion): readonly string[] {
  const lines = decide.length === 1 ? `line ${decide[0]}` : `lines ${decide.join(', ')}`
  return [
    `${suite}${isNew ? ' (new)' : ''}: the case ${id}${isDraft ? `, a draft: decide what should have happened, ${lines}` : ''}`,
    `${cassette}: ${count(calls, 'result')} of ${servers.join(', ')}`,
    'next',
    `  ${commandPrefix()} eval ${suite}`,
    ...(isDraft ? ['      a draft is played and shown, and never judged'] : []),
  ]
}
