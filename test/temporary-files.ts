import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Gives a run of the tests a temporary folder of its own, fails the run if a test left something there, and removes it. */
export default function ownTemporaryFolder() {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'calltrail-test-'))
  for (const name of ['TMPDIR', 'TMP', 'TEMP']) process.env[name] = folder
  return () => {
    // tsx keeps what it has compiled for the next process; what files of tests share is gone now.
    const left = readdirSync(folder).filter((name) => !/^(?:tsx|shared)-/.test(name))
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    if (left.length === 0) return
    process.exitCode = 1 // vitest prints what a teardown throws, and ends with 0 all the same
    throw new Error(`left in the temporary folder by a test: ${left.join(', ')}`)
  }
}
