import { v7 } from 'uuid'
import type { Config } from '../config/calltrail-config.ts'
import { defineServers } from '../config/servers-file.ts'
import type { GateReport } from '../domain/gate.ts'
import type { JournalWriter } from '../domain/journal.ts'
import type { Model } from '../domain/model.ts'
import type { GradedTrial } from '../evaluate/graded-trial.ts'
import { type Plan, planTrials } from '../evaluate/plan.ts'
import { type KnownTrials, knownTrials } from '../evaluate/played-trials.ts'
import { type Run, type RunOptions, runPlan } from '../evaluate/run.ts'
import { inShards } from '../evaluate/shard.ts'
import type { Spending } from '../evaluate/spending.ts'
import { closeStages, type Stage, setStages } from '../evaluate/stage.ts'
import { loadTokenizer } from '../models/tokenizer.ts'
import { escapeText } from '../show/escape.ts'
import { showProgress } from '../show/progress.ts'
import { terminalOf } from '../show/terminal.ts'
import { realFolders } from '../tools/real-folders.ts'
import { version } from '../version.ts'
import type { Gate } from './eval-gate.ts'
import { say } from './run-command.ts'

type PlayedWith =
  | 'journal'
  | 'concurrency'
  | 'timeoutMs'
  | 'signal'
  | 'prices'
  | 'embedder'
  | 'cache'
  | 'budget'
  | 'run'
  | 'name'
  | 'project'
  | 'chains'
  | 'stream'
  | 'compared'
  | 'isShared'
  | 'shards'
  | 'played'

interface Playing extends Pick<RunOptions, PlayedWith> {
  readonly judges: ReadonlyMap<string, Model>
  readonly gate: Gate | null
  /** Once no trial is played any more, the gate's among them. */
  readonly onPlayed: () => void
}

interface Played {
  readonly run: Run
  /** Null without a gate, and of a run that was cut short. */
  readonly verdict: GateReport | null
}

/** Null when it was interrupted, or its time was up, before the first trial could begin. All of it is in the journal, which is closed then. */
export async function play(plan: Plan, config: Config, playing: Playing): Promise<Played | null> {
  const { suites, exposures } = plan
  const { journal, signal, judges, gate, onPlayed } = playing
  const started = suites.filter(({ toolset }) => toolset.cassette === null)
  const names = new Set(started.flatMap(({ toolset }) => toolset.servers))
  const cassettes = new Set(suites.flatMap(({ toolset }) => toolset.cassette?.file ?? []))
  const needed = new Set(suites.flatMap(({ toolset }) => toolset.servers))
  const servers = defineServers(config.servers, [...needed])
  const begun = performance.now()
  const planned = inShards(planTrials(plan), plan, playing.shards ?? [])
  const known = knownTrials(planned, playing.played ?? null)
  const isPlayed = nothingIsLeft(known, gate)
  if (isPlayed) say('nothing was left to play')
  const progress = isPlayed
    ? null
    : showProgress(process.stderr, terminalOf(process.stderr, process.env), {
        title: [
          ...(names.size > 0 ? [`starting ${[...names].join(', ')}`] : []),
          ...(cassettes.size > 0 ? [`replaying ${[...cassettes].join(', ')}`] : []),
        ].join(' · '),
        planned: planned.length,
        done: known.planned.filter((graded) => graded !== null).length,
      })
  let infrastructureErrors = 0
  const onTrial = ({ trial }: GradedTrial, { costUsd }: Spending) => {
    if (trial.outcome === 'infrastructure') infrastructureErrors += 1
    progress?.step({ infrastructureErrors, costUsd })
  }
  try {
    const tokenizer = await loadTokenizer()
    const onWaiting = (names: readonly string[]) => progress?.wait(names)
    const opening = { suites, exposures, servers, signal, judges, onWaiting }
    const stages = isPlayed ? [] : await setStages(opening).finally(() => onWaiting([]))
    for (const failure of failuresOf(stages)) progress?.message(failure)
    for (const warning of await writtenFolders(stages)) progress?.message(warning)
    const { identity } = config
    const playMore = (trials: readonly GradedTrial[]) => {
      const more = gate?.playMore(trials) ?? []
      progress?.more(more.length)
      return more
    }
    const options = {
      ...{ ...playing, stages, identity, tokenizer, version, onTrial, playMore },
      // Where nothing is played, nothing takes time.
      ...(!isPlayed && { begun }),
    }
    const run = await runPlan(plan, options)
      .finally(onPlayed)
      .finally(() => closeStages(stages))
    progress?.spend(run.costUsd)
    return { run, verdict: gate && recordVerdict(journal, run, gate) }
  } catch (error) {
    if (signal.aborted) return null
    throw error
  } finally {
    progress?.end()
    journal.close()
  }
}

/** Of the plan, and for the gate: then no server is needed. */
function nothingIsLeft({ planned, more }: KnownTrials, gate: Gate | null): boolean {
  const played = planned.filter((graded) => graded !== null)
  if (played.length < planned.length) return false
  return (gate?.playMore([...played, ...more]) ?? []).length === 0
}

/** One line for each toolset that is not there; the report says the rest. */
function failuresOf(stages: readonly Stage[]): readonly string[] {
  const toolsets = new Set(stages.map(({ toolset }) => toolset))
  return Array.from(toolsets).flatMap(({ definition, failure }) => {
    const [reason = ''] = failure?.message.split('\n') ?? []
    return failure ? [escapeText(`toolset ${definition.name} is not there: ${reason}`)] : []
  })
}

/** Folders that trials would change, and how to give them copies. */
async function writtenFolders(stages: readonly Stage[]): Promise<readonly string[]> {
  const live = stages.map(({ toolset }) => toolset).filter(({ definition }) => definition.cassette === null)
  const found = await Promise.all(live.map(({ servers, tools }) => realFolders(servers, tools)))
  const lines = found.flat().map(({ server: { name, location }, written }) => {
    const place = `${location.file}:${location.line}`
    return `${name} works on ${written} itself (${place}): what a trial writes there stays written. For copies, write \${CALLTRAIL_WORKSPACE:-${written}} in its place`
  })
  return [...new Set(lines)].map((line) => escapeText(line))
}

/** As it is stored. */
function recordVerdict(journal: JournalWriter, run: Run, { judge, baseline }: Gate): GateReport | null {
  if (run.state === 'interrupted' || run.state === 'failed') return null
  const judged = judge([...run.trials, ...run.more])
  const { data } = journal.append('gate', null, { run: run.run, gate: v7(), baseline, ...judged })
  const { verdict, newest, cells, calibration } = data
  return { verdict, newest, cells, calibration }
}
