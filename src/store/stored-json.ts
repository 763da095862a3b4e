import { DamagedDatabaseError } from './damaged-database.ts'

/** The JSON that a row holds, as it was inserted; a `DamagedDatabaseError` where somebody has made it none. */
export function storedJson<T>(text: string): T {
  try {
    return JSON.parse(text)
  } catch {
    throw new DamagedDatabaseError('a row of the database is not what was inserted')
  }
}
