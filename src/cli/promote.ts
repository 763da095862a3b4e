import { loadConfig } from '../config/calltrail-config.ts'
import { displayPath } from '../config/located-document.ts'
import { type Promotion, promote } from '../forensics/promote.ts'
import type { RecordedPolicies } from '../forensics/recorded-policies.ts'
import { escapeText } from '../show/escape.ts'
import { count } from '../show/quantities.ts'
import { oneChain } from './chain.ts'
import { commandPrefix } from './command-prefix.ts'
import { withDatabase } from './database.ts'
import { print } from './print.ts'
import { suitesHere } from './suites-here.ts'

export interface PromoteCommand {
  readonly suite: string
  readonly prompt?: string
  readonly config?: string
}

export async function promoteChain(prefix: string, options: PromoteCommand): Promise<number> {
  const config = await loadConfig(options.config, process.cwd())
  const promotion = await withDatabase(async (database) => {
    const chain = await oneChain(database, prefix)
    const { suites } = await suitesHere(process.cwd())
    return promote(database, chain, { suite: options.suite, suites, prompt: options.prompt, config })
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
  otherPolicies,
}: Promotion): readonly string[] {
  const lines = decide.length === 1 ? `line ${decide[0]}` : `lines ${decide.join(', ')}`
  return [
    `${suite}${isNew ? ' (new)' : ''}: the case ${id}${isDraft ? `, a draft: decide what should have happened, ${lines}` : ''}`,
    `${cassette}: ${count(calls, 'result')} of ${servers.join(', ')}`,
    ...describePolicies(otherPolicies, suite),
    'next',
    `  ${commandPrefix()} eval ${suite}`,
    ...(isDraft ? ['      a draft is played and shown, and never judged'] : []),
  ]
}

function describePolicies(policies: RecordedPolicies | null, suite: string): readonly string[] {
  if (policies === null) return []
  const files = policies.files?.map((file) => displayPath(file, process.cwd()))
  return [
    `policies: the chain was judged by others than ${suite} names (policy set ${policies.hash.slice(0, 12)}), and violations of them will not show`,
    files
      ? `  they are those of a suite here: ${files.join(', ')}`
      : '  no suite below suites/ names them as they were: add `policies:` with their files',
  ]
}
