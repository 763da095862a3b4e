/** When suites are played without anybody asking, and what is told of it. */
export interface Schedule {
  readonly name: string
  /** Five fields, or a nickname as `@daily`; null where only drift starts it. */
  readonly cron: string | null
  /** An IANA name: the fields are of its clocks. */
  readonly timezone: string
  /** Runs begin up to so much later, each by an amount of its own. */
  readonly jitterMs: number
  /** Whether it runs too when a tool definition of its suites' servers changed. */
  readonly onDrift: boolean
  readonly eval: ScheduledEval
  readonly webhooks: readonly Webhook[]
}

/** What `calltrail eval` is told; what is absent is as it is there. */
export interface ScheduledEval {
  /** Absolute paths and patterns; may be none where recorded chains are played. */
  readonly suites: readonly string[]
  readonly models?: readonly string[] | undefined
  readonly exposures?: readonly string[] | undefined
  readonly trials?: number | undefined
  readonly concurrency?: number | undefined
  readonly seed?: number | undefined
  readonly fromChains?: string | undefined
  /** `1/3`: homes that play the shards of one schedule play them as one run. */
  readonly shard?: string | undefined
  readonly budget: { readonly usd?: number | undefined; readonly tokens?: number | undefined }
  readonly cache: boolean
  /** Of one trial. */
  readonly trialTimeoutMs?: number | undefined
  /** Of the run: then it ends, with what is done kept. */
  readonly timeLimitMs: number
  readonly stream: boolean
  readonly gate: 'off' | 'on' | 'strict'
  readonly baseline?: string | undefined
  /** By format: absolute paths. */
  readonly reports: Readonly<Record<string, string>>
}

export type WebhookFormat = 'json' | 'slack'

/** `regressed`: that verdict, and a run whose time was up. `not passed`: whatever else than `pass`, a run that could not be played too. */
export type WebhookOccasion = 'regressed' | 'not passed' | 'always'

export interface Webhook {
  /** `schedules.nightly.webhooks[0]`: in logs and records it is called by this; its address is a secret, but for the host. */
  readonly label: string
  readonly url: string
  readonly format: WebhookFormat
  readonly when: WebhookOccasion
}
