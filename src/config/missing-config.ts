import { findConfig } from './calltrail-config.ts'
import { displayPath } from './located-document.ts'

/** Why a suite's servers are not known where no calltrail.yaml was read, and which one may be meant. */
export async function missingConfig(suiteFolder: string, cwd: string): Promise<string> {
  const there = 'no calltrail.yaml was found in this folder or above it'
  const found = await findConfig(suiteFolder)
  return found === null
    ? `${there}; --config FILE names one`
    : `${there}; the suite has one: --config ${displayPath(found, cwd)}`
}
