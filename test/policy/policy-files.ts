import { mkdtempSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect } from 'vitest'
import type { PolicyEngine } from '../../src/domain/policy.ts'
import { describeError, type Problem, UsageError } from '../../src/errors.ts'
import { loadPolicySet } from '../../src/policy/engines.ts'

/** Gone after all tests. */
const root = mkdtempSync(join(tmpdir(), 'shared-policies-'))

/** Writes files by name into a folder of their own; returns their paths. */
export async function policyFiles(texts: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const folder = await mkdtemp(join(root, 'set-'))
  return await Promise.all(
    Object.entries(texts).map(async ([name, text]) => {
      await writeFile(join(folder, name), text)
      return join(folder, name)
    }),
  )
}

/** The engine for Cedar text in one file, `rules.cedar`. */
export async function cedar(text: string): Promise<PolicyEngine> {
  return await engineOf({ 'rules.cedar': text })
}

export async function engineOf(texts: Readonly<Record<string, string>>): Promise<PolicyEngine> {
  const engine = await loadPolicySet(await policyFiles(texts))
  if (engine === null) throw new Error('no engine')
  return engine
}

/** What is wrong with policy files: `file:line:column message (hint)`. */
export async function problemsOf(texts: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const error = await loadPolicySet(await policyFiles(texts)).then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof UsageError)) expect.fail(`expected a UsageError, got ${describeError(error)}`)
  return error.problems.map(format)
}

function format({ location, message, hint }: Problem): string {
  const place = location ? `${basename(location.file)}:${location.line}:${location.column} ` : ''
  return `${place}${message}${hint ? ` (${hint})` : ''}`
}
