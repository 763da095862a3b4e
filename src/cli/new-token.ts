import { stringify } from 'yaml'
import { UsageError } from '../errors.ts'
import { newToken } from '../record/gateway/authentication/static-tokens.ts'
import { print } from './print.ts'
import { say } from './run-command.ts'

/** The token for the caller, its digest for calltrail.yaml: the token itself is kept nowhere. */
export function printToken(name: string): number {
  if (name.trim() === '')
    throw new UsageError([
      { message: '--new-token needs the name of the caller', hint: 'such as --new-token ana' },
    ])
  const { token, sha256 } = newToken()
  const line = stringify([{ id: name, sha256, user: name }], { collectionStyle: 'flow', lineWidth: 0 })
  print(`${token}\n${line.trim().replace(/^\[ *(.*?) *\]$/s, '- $1')}`)
  say('give the first line to the caller; add the second to calltrail.yaml, under gateway: and tokens:')
  return 0
}
