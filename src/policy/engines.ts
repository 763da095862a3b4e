import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { parse } from 'yaml'
import { isJsonObject } from '../domain/json.ts'
import { nearest } from '../domain/nearest.ts'
import type { PolicyEngine } from '../domain/policy.ts'
import { describeError, type Problem, UsageError } from '../errors.ts'
import { loadCedarFiles } from './cedar-files.ts'
import { denyOverrides } from './deny-overrides.ts'
import { hashTexts, type PolicyFile } from './policy-file.ts'
import { loadToolhiveConfigs } from './toolhive-config.ts'

/** Compiles files of one type; rejects with a `UsageError` that lists the problems with file, line and column. */
type EngineLoader = (files: readonly PolicyFile[]) => Promise<readonly PolicyEngine[]>

/** By the file's suffix, or by the `type` that a YAML or JSON file states. */
const engines: Readonly<Record<string, EngineLoader>> = {
  '.cedar': loadCedarFiles,
  cedarv1: loadToolhiveConfigs,
}

/**
 * The engine for a set of policy files, or null for no files: where nobody wrote a rule, nothing is decided. All `.cedar`
 * files form one Cedar policy set; each ToolHive config is a set of its own, with its own entities. Where there are several
 * sets, each is asked and a deny overrides. Within a set Cedar's default deny holds: its files carry their own `permit`.
 * Rejects with a `UsageError` that lists every problem found.
 */
export async function loadPolicySet(files: readonly string[]): Promise<PolicyEngine | null> {
  const policyFiles = await Promise.all([...new Set(files.map((file) => resolve(file)))].map(readPolicyFile))
  const loaded: PolicyEngine[] = []
  const problems: Problem[] = []
  for (const [type, load] of Object.entries(engines)) {
    const members = policyFiles.filter((file) => typeOf(file) === type)
    if (members.length === 0) continue
    try {
      loaded.push(...(await load(members)))
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      problems.push(...error.problems)
    }
  }
  if (problems.length > 0) throw new UsageError(problems)
  const [only] = loaded
  if (loaded.length <= 1) return only ?? null
  return denyOverrides(loaded, hashTexts(policyFiles.map((file) => file.text)))
}

async function readPolicyFile(path: string): Promise<PolicyFile> {
  try {
    return { path, text: await readFile(path, 'utf8') }
  } catch (error) {
    throw new UsageError(`Cannot read the policy file ${path}: ${describeError(error)}`, { cause: error })
  }
}

function typeOf({ path, text }: PolicyFile): string {
  const suffix = extname(path)
  const type = ['.yaml', '.yml', '.json'].includes(suffix) ? statedType(path, text) : suffix
  if (type in engines) return type
  const [likely] = nearest(type, Object.keys(engines))
  throw new UsageError([
    {
      location: { file: path, line: 1, column: 1 },
      message: `No policy engine reads "${type}"${likely ? `; did you mean "${likely}"?` : ''}`,
      hint: 'Expected a .cedar file, or a YAML or JSON file with type: cedarv1 (ToolHive).',
    },
  ])
}

/** A file that does not parse goes to the engine of most such files, which says what is wrong with it. */
function statedType(path: string, text: string): string {
  try {
    const document: unknown = parse(text)
    return isJsonObject(document) && typeof document.type === 'string' ? document.type : extname(path)
  } catch {
    return 'cedarv1'
  }
}
