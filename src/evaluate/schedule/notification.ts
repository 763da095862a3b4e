import type { Schedule, Webhook, WebhookOccasion } from '../../domain/schedule.ts'
import type { EndedRun } from './schedule-record.ts'

/** Exit codes of an evaluation that was stopped: nobody is told of what they did themselves. */
const interrupted = 130

export function isOccasion(
  when: WebhookOccasion,
  { verdict, exitCode, timedOut = false }: EndedRun,
): boolean {
  if (when === 'always' || timedOut) return true
  if (when === 'regressed') return verdict === 'regressed'
  return exitCode !== interrupted && (exitCode !== 0 || (verdict !== null && verdict !== 'pass'))
}

/** The body of a request that tells of a run. Names and numbers alone: no prompt, no answer, no argument. */
export function notificationOf(
  { format }: Webhook,
  { name }: Schedule,
  { exitCode: exit_code, webhooks: _, regressed, timedOut: timed_out = false, ...run }: EndedRun,
): object {
  const found = regressed.map(({ asAWhole: as_a_whole, ...each }) => ({ ...each, as_a_whole }))
  const told = { type: 'calltrail.run', schedule: name, ...run, exit_code, timed_out, regressed: found }
  if (format === 'json') return told
  const verdict = run.verdict ?? 'without a verdict'
  const late = timed_out ? ', its time was up' : ''
  const title = `calltrail: ${name} ${verdict} (exit code ${exit_code ?? 'unknown'}${late})`
  const lines = regressed.map(
    ({ model, exposure, cases, asAWhole }) =>
      `• ${model} × ${exposure}: ${[...(asAWhole ? ['the run as a whole'] : []), ...cases].join(', ')}`,
  )
  const last = run.run === null ? [] : [`calltrail runs ${run.run}`]
  return { text: [title, ...shortened(lines), ...last].map(escapeSlack).join('\n') }
}

const mostLines = 20

function shortened(lines: readonly string[]): readonly string[] {
  const more = lines.length - mostLines
  const shown = lines.slice(0, mostLines).map((line) => (line.length > 500 ? `${line.slice(0, 500)}…` : line))
  return more > 0 ? [...shown, `and ${more} more`] : shown
}

/** Slack reads `<…>` as links and mentions: `<!channel>`. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
