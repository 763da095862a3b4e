import { loadConfig } from '../config/calltrail-config.ts'
import type { Suite } from '../domain/suite.ts'
import { UsageError } from '../errors.ts'
import type { RecordedRun } from '../evaluate/recorded-trials.ts'
import { type Change, type Rescore, rescoreRun } from '../evaluate/rescore.ts'
import { homeAt } from '../journal/home.ts'
import { readJournal } from '../journal/reader.ts'
import { loadTokenizer } from '../models/tokenizer.ts'
import { escapeText } from '../show/escape.ts'
import { rescoreDocument } from '../show/json-document.ts'
import { count } from '../show/quantities.ts'
import { version } from '../version.ts'
import { commandPrefix } from './command-prefix.ts'
import { homePath, openLog } from './home.ts'
import { judgesOf } from './judges.ts'
import { suitesPlayed } from './planned-eval.ts'
import { print, printJson } from './print.ts'
import { recordedRun } from './recorded-run.ts'
import { infrastructureExitCode } from './run-command.ts'
import { holdRun } from './run-lock.ts'

export interface RescoreOptions {
  readonly judge?: true
  readonly config?: string
  readonly json?: true
}

export async function rescore(
  name: string,
  patterns: readonly string[],
  options: RescoreOptions,
): Promise<number> {
  const config = await loadConfig(options.config, process.cwd())
  const home = homeAt(homePath())
  const reader = readJournal(home)
  const recorded = await recordedRun(reader, name)
  const suites = await suitesPlayed(patterns, recorded.started, config)
  checkRescored(recorded, suites)
  const judges = options.judge
    ? { byName: await judgesOf(suites), identity: config.identity, tokenizer: await loadTokenizer() }
    : null
  // What is still being played would be graded in part.
  const release = holdRun(home, recorded.run, null)
  const journal = openLog(undefined, config)
  const done = await rescoreRun(recorded, { reader, journal, suites, judges, version }).finally(() => {
    journal.close()
    release()
  })
  if (options.json) printJson(rescoreDocument(done))
  else print(describe(done))
  const { entries, bodies } = journal.losses
  return done.unasked + entries + bodies > 0 ? infrastructureExitCode : 0
}

function checkRescored({ run, started }: RecordedRun, suites: readonly Suite[]): void {
  if (started.rescores !== undefined)
    throw new UsageError([
      {
        message: `${run} has no recordings of its own`,
        hint: `${commandPrefix()} rescore ${started.rescores}`,
      },
    ])
  if (started.suites.some(({ name }) => suites.some((suite) => suite.name === name))) return
  const names = started.suites.map(({ name }) => name).join(', ')
  throw new UsageError([
    {
      message: `no suite of ${run} is here: ${names}`,
      hint: `name their files: ${commandPrefix()} rescore RUN SUITE...`,
    },
  ])
}

const listed = 20

function describe({
  run,
  of,
  trials,
  changed,
  otherScores,
  unknownCases,
  newTruths,
  askedOtherwise,
  playedOtherwise,
  untold,
  unasked,
}: Rescore): string {
  const told = timesTold(changed.map(line))
  const lines = [
    `${of} graded again as ${run}: ${count(trials, 'trial')}, ${changed.length} judged otherwise, ${otherScores} with other scores`,
    ...(unasked > 0 ? [`not judged, for their judge could not be asked: ${count(unasked, 'trial')}`] : []),
    ...(newTruths.length > 0 ? [`another truth than then: ${newTruths.join(', ')}`] : []),
    ...(askedOtherwise.length > 0
      ? [`left out, for the prompt is another than was played: ${askedOtherwise.join(', ')}`]
      : []),
    ...(playedOtherwise.length > 0
      ? [
          `left out, for set-up, tear-down, fixtures, recording, budget or tools are others than were played: ${playedOtherwise.join(', ')}`,
        ]
      : []),
    ...(untold > 0
      ? [
          `played by a version that did not write down with what: ${count(untold, 'trial')}; set-up, tear-down, fixtures, recording, budget or tools may be others by now`,
        ]
      : []),
    ...(unknownCases.length > 0 ? [`left out, in no suite any more: ${unknownCases.join(', ')}`] : []),
    ...told.slice(0, listed),
    ...(told.length > listed ? [`and ${told.length - listed} more`] : []),
    `${commandPrefix()} runs ${run}`,
  ]
  return `${lines.map((each) => escapeText(each)).join('\n')}\n`
}

function line({ case: name, model, exposure, before, after }: Change): string {
  const words = ({ outcome, message }: Change['before']) => (message ? `${outcome} (${message})` : outcome)
  return `${name} · ${model} · ${exposure}: ${words(before)} → ${words(after)}`
}

/** Repetitions that changed alike are one line. */
function timesTold(lines: readonly string[]): readonly string[] {
  const times = new Map<string, number>()
  for (const each of lines) times.set(each, (times.get(each) ?? 0) + 1)
  return Array.from(times, ([each, number]) => (number === 1 ? `  ${each}` : `  ${number} × ${each}`))
}
