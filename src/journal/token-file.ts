import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describeError, InfrastructureError, UsageError } from '../errors.ts'
import { createSecret, type Home } from './home.ts'

export interface TokenFile {
  readonly path: string
  /** Shown to nobody; who may read the file has it. */
  readonly token: string
}

/** Of what of this home it opens. */
export type TokenName = 'gateway-token' | 'serve-token'

/** A token of this home, made by `create` at the first call. Who can read the file is its owner. */
export function readTokenFile(home: Home, name: TokenName, create: () => string): TokenFile {
  const path = join(home.path, name)
  try {
    if (!existsSync(path)) createSecret(path, Buffer.from(`${create()}\n`))
    if ((statSync(path).mode & 0o077) !== 0)
      throw new UsageError([
        { message: `${path} is open to other users`, hint: 'remove it: a new one is made at the next start' },
      ])
    const token = readFileSync(path, 'utf8').trim()
    if (token !== '') return { path, token }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new InfrastructureError('home', `${path} cannot be read or made: ${describeError(error)}`)
  }
  throw new InfrastructureError('home', `${path} is empty; remove it, and a new one is made`)
}
