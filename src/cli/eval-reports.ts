import { appendFileSync } from 'node:fs'
import { relative, sep } from 'node:path'
import type { Suite } from '../domain/suite.ts'
import { describeError, UsageError } from '../errors.ts'
import type { GradedTrial } from '../evaluate/graded-trial.ts'
import type { PlannedTrial } from '../evaluate/plan.ts'
import { unplayedTrials } from '../evaluate/played-trials.ts'
import type { EvalReport } from '../show/eval-report.ts'
import { evalDocument } from '../show/json-document.ts'
import type { EvalResults } from '../show/reports/eval-results.ts'
import type { ViolationRow } from '../store/queries.ts'
import { checkApart, checkPlace, writeReport } from './report-files.ts'
import { say } from './run-command.ts'

const formats = {
  junit: async (results: EvalResults) => (await import('../show/reports/junit.ts')).junitReport(results),
  json: async ({ report }: EvalResults) => `${JSON.stringify(evalDocument(report), null, 2)}\n`,
  html: async (results: EvalResults) => (await import('../show/reports/eval-page.ts')).evalPage(results),
  markdown: async (results: EvalResults) =>
    (await import('../show/reports/markdown.ts')).markdownReport(results),
  sarif: async (results: EvalResults) => (await import('../show/reports/sarif.ts')).sarifReport(results),
} as const

export interface ReportFile {
  readonly format: keyof typeof formats
  readonly file: string
}

/** `junit=F` and the like, as they are given. */
export function evalReports(given: readonly string[]): readonly ReportFile[] {
  const reports = given.map((text) => {
    const [, format = '', file] = /^([a-z]+)=(.+)$/.exec(text) ?? []
    if (isFormat(format) && file !== undefined) {
      checkPlace(file)
      return { format, file }
    }
    const hint = `write ${Object.keys(formats).join('=FILE, ')}=FILE`
    throw new UsageError([{ message: `--report ${text} is no report of a run`, hint }])
  })
  checkApart(reports)
  return reports
}

export function resultsOf(
  report: EvalReport,
  planned: readonly PlannedTrial[],
  trials: readonly GradedTrial[],
  violations: readonly ViolationRow[],
): EvalResults {
  const suites = new Map<string, Suite>(planned.map(({ suite }) => [suite.name, suite]))
  const locate = (name: string, id: string) => {
    const found = suites.get(name)?.cases.find((each) => each.id === id)
    if (!found) return null
    return { ...found.location, file: relative(process.cwd(), found.location.file).split(sep).join('/') }
  }
  return { report, trials, unplayed: unplayedTrials(planned, trials), violations, locate }
}

/**
 * Files are for their owner alone; CI's summary page, where there is one, gets the Markdown too. Whether all that were asked
 * for are written: the run is over, and says what it has to say in any case.
 */
export async function writeReports(results: EvalResults, files: readonly ReportFile[]): Promise<boolean> {
  let isWritten = true
  for (const { format, file } of files) {
    try {
      writeReport({ file, text: await formats[format](results) })
      say(`written: ${file}`)
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      isWritten = false
      say(error.message)
    }
  }
  const summary = process.env.GITHUB_STEP_SUMMARY
  if (!summary) return isWritten
  try {
    appendFileSync(summary, await formats.markdown(results))
  } catch (error) {
    say(`the summary could not be written: ${describeError(error)}`)
  }
  return isWritten
}

function isFormat(name: string): name is keyof typeof formats {
  return Object.hasOwn(formats, name)
}
