import { afterAll, describe, type TestContext, test } from 'vitest'
import { groupBy } from '../../evaluate/group-by.ts'
import type { PlannedTrial } from '../../evaluate/plan.ts'
import { escapeText } from '../../show/escape.ts'
import { exposuresUnlessSaid } from '../../tools/exposures/exposures.ts'
import { type PlayedTrial, SuiteRun } from './suite-run.ts'

export interface SuiteTestsOptions {
  /** As `--model` of `calltrail eval`; the offline baseline that is no guess, unless said. */
  readonly models?: readonly string[]
  /** As `--exposure`. */
  readonly exposures?: readonly string[]
  /** Of each test; 1 unless said. */
  readonly trials?: number
  /** How many of them must pass; all, unless said. */
  readonly passing?: number
  readonly seed?: number
  /** Instead of the nearest calltrail.yaml. */
  readonly config?: string
  /** Of one trial; 10 minutes unless said. */
  readonly timeoutMs?: number
  /** What else must hold of every trial that passed or failed; the verdict comes first. */
  readonly check?: (played: PlayedTrial) => unknown
}

/**
 * Defines a test for each case × model × exposure of suites, named so; await it where tests are defined. What is played is
 * recorded in the home as one run. An infrastructure error fails a test and says so; what could not be judged skips it.
 */
export async function suiteTests(
  suites: string | readonly string[],
  options: SuiteTestsOptions = {},
): Promise<void> {
  const { models = ['baseline:lexical'], exposures = exposuresUnlessSaid, trials = 1, seed = 1 } = options
  const { config } = options
  const run = await SuiteRun.read([suites].flat(), { models, exposures, trials, seed, config })
  for (const [, ofSuite] of groupBy(run.planned, ({ suite }) => suite.file))
    describe(escapeText(ofSuite[0]?.suite.name ?? ''), () => {
      for (const [cell, ofCell] of groupBy(ofSuite, ({ model, exposure }) => `${model.name} × ${exposure}`))
        describe(escapeText(cell), () => {
          for (const [id, planned] of groupBy(ofCell, ({ testCase }) => testCase.id))
            define(escapeText(id), run, planned, options)
        })
    })
  afterAll(() => run.end())
}

function define(
  name: string,
  run: SuiteRun,
  planned: readonly PlannedTrial[],
  options: SuiteTestsOptions,
): void {
  const { timeoutMs = 600_000, passing = planned.length, check } = options
  test(name, { timeout: timeoutMs * planned.length }, async (context) => {
    const played: PlayedTrial[] = []
    const faults: unknown[] = []
    for (const trial of planned) {
      const each = await run.play(trial, context.signal)
      played.push(each)
      if (check && isJudged(each))
        await Promise.resolve(each)
          .then(check)
          .catch((fault) => faults.push(fault))
    }
    judge(played, { passing, faults }, context)
  })
}

function isJudged({ trial: { outcome } }: PlayedTrial): boolean {
  return outcome === 'passed' || outcome === 'failed'
}

/** `faults`: what the check of a trial threw. */
function judge(
  played: readonly PlayedTrial[],
  { passing, faults }: { readonly passing: number; readonly faults: readonly unknown[] },
  context: TestContext,
): void {
  const of = (wanted: PlayedTrial['trial']['outcome']) =>
    played.flatMap(({ trial: { outcome, message } }) =>
      outcome === wanted ? [escapeText(message ?? '')] : [],
    )
  const [broken, failed, unjudged] = [of('infrastructure'), of('failed'), of('not judged')]
  if (broken.length > 0) throw new Error(`not judged, for an infrastructure error: ${broken.join('\n')}`)
  const passed = of('passed').length
  const mayPass = passed + unjudged.length >= passing
  if (mayPass && faults.length > 0) throw faults[0]
  if (passed >= passing) return
  if (mayPass) context.skip(`could not be judged: ${unjudged.join('\n')}`)
  const count =
    played.length === 1 ? '' : `${passed} of ${played.length} trials passed, expected ${passing}: `
  throw new Error(`${count}${failed.join('\n')}`)
}
