import { describeError, InfrastructureError } from '../errors.ts'
import { DamagedDatabaseError } from './damaged-database.ts'

/** Of bytes that are not what was written: too few, of another checksum, corrupted, not to be decompressed, of no codec. */
const damagedCodes = /\bCode: (?:33|40|246|271|432)\b/
const readFile = /While reading or decompressing (\S+)/

export function engineError(error: unknown): InfrastructureError {
  const message = describeError(error)
  const [, file] = readFile.exec(message) ?? []
  if (file !== undefined && damagedCodes.test(message))
    return new DamagedDatabaseError(`a file of the database is not what was written (${file})`)
  return new InfrastructureError('store', 'the embedded database refused', { cause: error })
}
