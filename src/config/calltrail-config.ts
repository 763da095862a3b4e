import { access } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { type Claim, type Identity, unknownIdentity } from '../domain/identity.ts'
import { noRules, type RedactionRules } from '../domain/redactor.ts'
import type { Retention } from '../domain/store.ts'
import type { ToolsetDefinition } from '../domain/suite.ts'
import { UsageError } from '../errors.ts'
import { type GatewayEntries, gatewaySchema, noGateway } from './gateway-config.ts'
import { type LocatedDocument, readSource } from './located-document.ts'
import { parseYaml } from './parse-yaml.ts'
import { defineRedaction, redactionSchema } from './redaction-config.ts'
import { noSchedules, type ScheduleEntries } from './schedules-config.ts'
import { schedulesSchema } from './schedules-schema.ts'
import { noServers, readServersFile, type ServerEntries, serverEntries, serverNames } from './servers-file.ts'
import { checkToolset, defineToolset, toolsetSchema } from './toolset.ts'
import { validate } from './validate.ts'

/** What calltrail.yaml says; without one, nothing is configured and nothing is wrong. */
export interface Config {
  /** The file, as it is shown to people; null without one. */
  readonly file: string | null
  /** Absolute; paths on a command line are relative to it. */
  readonly cwd: string
  /** Runs are compared within a project; `projectOf` says which it is where this does not. */
  readonly project?: string | undefined
  /** Variables are expanded and mistakes found by `defineServers`, for the servers that a command uses. */
  readonly servers: ServerEntries
  readonly toolsets: readonly ToolsetDefinition[]
  /** On whose behalf recorded calls are made, every claim `configured`. */
  readonly identity: Identity
  /** Where the gateway's model routes go on to; the providers' own addresses unless said. */
  readonly upstreams: { readonly openai: string; readonly anthropic: string; readonly gemini: string }
  /** Read by `defineGateway`, for the command that needs it. */
  readonly gateway: GatewayEntries
  readonly journal: JournalSettings
  /** Of rows in the database; `store migrate` tells the tables. */
  readonly retention: Retention
  readonly redaction: RedactionRules
  /** Whether proxies name the span of a call in its `_meta.traceparent`, where nothing does yet. */
  readonly injectTraceContext: boolean
  readonly audit: AuditSettings
  /** `openai:MODEL`, by which the exposure `search` finds tools by meaning too; null: by words alone. */
  readonly embeddings: string | null
  /** By model, in US dollars per million tokens, where no list has them or another price holds. */
  readonly prices: Readonly<Record<string, WrittenPrice>>
  /** Of each run of `eval`, unless the command line says otherwise. */
  readonly budget: { readonly usd?: number | undefined; readonly tokens?: number | undefined }
  /** Read by `defineSchedules`, for the command that needs them. */
  readonly schedules: ScheduleEntries
}

const address = z.url({ protocol: /^https?$/, error: 'expected an http or https address' })

const journalSchema = z.strictObject({
  durability: z.enum(['write', 'fsync']).default('write'),
  maxMegabytes: z.number().positive().optional(),
  strict: z.boolean().default(false),
})

const daysOf: Readonly<Record<string, number>> = { d: 1, w: 7, y: 365 }

/** The times of the database end in 2106: what were to be kept beyond that would go at once. */
const maxDays = 50 * 365

const age = z.string().transform((text, context) => {
  const [, count = '', unit = ''] = /^([1-9]\d{0,3})([dwy])$/.exec(text) ?? []
  const days = Number(count) * (daysOf[unit] ?? 1)
  if (unit === '') context.addIssue({ code: 'custom', message: 'expected an age: 90d, 26w or 2y' })
  if (days > maxDays)
    context.addIssue({ code: 'custom', message: 'expected at most 50y; without it rows are kept for good' })
  return days
})

const retentionSchema = z.strictObject({
  spans: age.optional(),
  policy_decisions: age.optional(),
  evaluations: age.optional(),
  rollups: age.optional(),
})

export type JournalSettings = z.output<typeof journalSchema>

const auditSchema = z.strictObject({
  /** A file, or `git:` and the address of a remote. */
  anchor: z.string().min(1).optional(),
})

const perMillion = z.number().nonnegative()

const priceSchema = z.strictObject({
  input: perMillion,
  output: perMillion,
  cacheRead: perMillion.optional(),
  cacheWrite: perMillion.optional(),
})

type WrittenPrice = z.output<typeof priceSchema>

type AuditSettings = z.output<typeof auditSchema>

/** calltrail.yaml as it is written. */
export const configSchema = z.strictObject({
  project: z.string().trim().min(1).optional(),
  mcpServers: z.union([z.string().min(1), z.record(z.string(), z.unknown())]).optional(),
  toolsets: z.record(z.string(), toolsetSchema).default({}),
  identity: z
    .strictObject({
      user: z.string().min(1).optional(),
      groups: z.array(z.string().min(1)).optional(),
      role: z.string().min(1).optional(),
      env: z.string().min(1).optional(),
    })
    .default({}),
  upstreams: z
    .strictObject({ openai: address.optional(), anthropic: address.optional(), gemini: address.optional() })
    .default({}),
  gateway: gatewaySchema.optional(),
  journal: journalSchema.default(journalSchema.parse({})),
  retention: retentionSchema.default({}),
  redaction: redactionSchema.default(redactionSchema.parse({})),
  injectTraceContext: z.boolean().default(false),
  audit: auditSchema.default({}),
  embeddings: z
    .string()
    .regex(/^openai:.+/, { error: 'expected openai:MODEL, as openai:text-embedding-3-small' })
    .optional(),
  prices: z.record(z.string(), priceSchema).default({}),
  budget: z
    .strictObject({ usd: z.number().positive().optional(), tokens: z.int().positive().optional() })
    .default({}),
  schedules: schedulesSchema.optional(),
})

const providers = {
  openai: 'https://api.openai.com',
  anthropic: 'https://api.anthropic.com',
  gemini: 'https://generativelanguage.googleapis.com',
}

type WrittenConfig = z.output<typeof configSchema>

const fileName = 'calltrail.yaml'

/**
 * Reads `path`, or the calltrail.yaml of `cwd` or the nearest folder above it. Paths in the file are relative to it.
 * Throws a `UsageError` with all that is wrong with it.
 */
export async function loadConfig(path: string | undefined, cwd: string): Promise<Config> {
  const file = path ?? (await findConfig(cwd))
  if (file === null)
    return {
      ...{ file, cwd, servers: noServers, toolsets: [], identity: unknownIdentity },
      ...{ upstreams: providers, gateway: noGateway, journal: journalSchema.parse({}), audit: {} },
      retention: {},
      redaction: noRules,
      injectTraceContext: false,
      embeddings: null,
      prices: {},
      budget: {},
      schedules: noSchedules,
    }
  const document = parseYaml(await readSource(file, cwd))
  const written = validate(configSchema, document)
  const redaction = await defineRedaction(written.redaction, document)
  const servers = await readServers(written.mcpServers, document, cwd)
  const toolsets = Object.entries(written.toolsets).map(([name, toolset]) =>
    defineToolset(toolset, name, document, ['toolsets', name]),
  )
  const names = serverNames(servers)
  const checks = toolsets.map((toolset) => checkToolset(toolset, names, ['toolsets', toolset.name]))
  const problems = (await Promise.all(checks)).flat()
  if (problems.length > 0) throw new UsageError(problems)
  const { openai = providers.openai, anthropic = providers.anthropic } = written.upstreams
  const { gemini = providers.gemini } = written.upstreams
  return {
    file: document.file,
    cwd,
    project: written.project,
    servers,
    toolsets,
    identity: configuredIdentity(written.identity),
    upstreams: { openai, anthropic, gemini },
    journal: written.journal,
    retention: written.retention,
    redaction,
    injectTraceContext: written.injectTraceContext,
    embeddings: written.embeddings ?? null,
    prices: written.prices,
    budget: written.budget,
    audit: anchoredBeside(written.audit, document.folder),
    gateway: written.gateway ? { document, written: written.gateway } : noGateway,
    schedules: written.schedules ? { document, written: written.schedules } : noSchedules,
  }
}

function anchoredBeside({ anchor }: AuditSettings, folder: string): AuditSettings {
  if (anchor === undefined || anchor.startsWith('git:')) return anchor === undefined ? {} : { anchor }
  return { anchor: resolve(folder, anchor) }
}

/** The calltrail.yaml of a folder or the nearest one above it. */
export async function findConfig(folder: string): Promise<string | null> {
  const candidate = join(folder, fileName)
  const found = await access(candidate).then(
    () => true,
    () => false,
  )
  if (found) return candidate
  const parent = dirname(folder)
  return parent === folder ? null : findConfig(parent)
}

async function readServers(written: WrittenConfig['mcpServers'], document: LocatedDocument, cwd: string) {
  if (written === undefined) return noServers
  if (typeof written !== 'string') return serverEntries(document, ['mcpServers'])
  try {
    return await readServersFile(resolve(document.folder, written), cwd)
  } catch (error) {
    throw error instanceof UsageError ? error.at(document.locate(['mcpServers']), 'mcpServers') : error
  }
}

function configuredIdentity({ user, groups, role, env }: WrittenConfig['identity']): Identity {
  return {
    ...unknownIdentity,
    user: configured(user),
    groups: configured(groups),
    role: configured(role),
    env: configured(env),
  }
}

function configured<T>(value: T | undefined): Claim<T> | null {
  return value === undefined ? null : { value, source: 'configured' }
}
