import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder, and what removes it. */
export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'calltrail-store-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
