import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { InfrastructureError } from '../errors.ts'

/** The database is there, and is not what it was made: what `rebuildStore` mends. */
export class DamagedDatabaseError extends InfrastructureError {
  /** Tables that are gone, and columns of others (`spans.at`); none where the engine cannot open it. */
  readonly missing: readonly string[]

  constructor(
    what: string,
    { missing = [], cause }: { readonly missing?: readonly string[]; readonly cause?: unknown } = {},
  ) {
    super('store_damaged', `${what}: calltrail store rebuild makes it anew from the journal`, { cause })
    this.missing = missing
  }
}

/** The engine finds its tables by a symbolic link: a copy that has what it links to in its place is empty to it, and stays so. */
export function refuseWithoutLinks(directory: string): void {
  const tables = lstatSync(join(directory, 'metadata', 'default'), { throwIfNoEntry: false })
  if (tables?.isDirectory())
    throw new DamagedDatabaseError(`the database in ${directory} was copied without its symbolic links`)
}
