/** Not what the gate played beyond the plan: it was chosen by how it had gone. */
export const isPlanned =
  "(run, repetition) IN (SELECT run, arrayJoin(range(1, trials + 1)) FROM runs WHERE event = 'started')"

const outcomes = `
  toFloat64(count()) AS trials,
  toFloat64(countIf(outcome = 'passed')) AS passed,
  toFloat64(countIf(outcome = 'failed')) AS failed,
  toFloat64(countIf(outcome = 'not judged')) AS not_judged,
  toFloat64(countIf(outcome = 'infrastructure')) AS infrastructure_errors`

const cellTuple = `Tuple(model String, model_kind String, exposure String, trials Float64, passed Float64, failed Float64,
  not_judged Float64, infrastructure_errors Float64)`

const isOfSuites =
  'suite IN {suites:Array(String)} AND model IN {models:Array(String)} AND exposure IN {exposures:Array(String)}'

/** Answers of earlier trials that were given again are nothing that was seen anew. */
const isFresh = `session NOT IN (
      SELECT session FROM spans
      WHERE kind = 'model' AND attributes['cached'] = 'true' AND session IN (SELECT session FROM trials WHERE ${isOfSuites})
    )`

const isMeant = '(startsWith(run, {run:String}) OR run = {named:String})'

export const runQueries = {
  runs: {
    sql: `
SELECT run, started, finished,
  multiIf(finished IS NULL, 'unfinished', parts = 0 OR ended_as = 'failed', ended_as, recorded >= planned, 'completed',
    ended_as = 'completed', 'unfinished', ended_as) AS state,
  if(told.suites = '', '[]', told.suites) AS suites, if(told.models = '', '[]', told.models) AS models, exposures, repetitions,
  seed, planned, if(finished IS NULL OR parts > 0 OR told.rescores != '', recorded, reported) AS done,
  toFloat64(greatest(0, ifNull(played, 0) - ifNull(recorded, 0))) AS replayed,
  failed_infrastructure AS infrastructure_errors, greatest(0, least(stopped, toFloat64(planned) - done)) AS budget_stops,
  if(unpriced > 0 OR untold > 0 OR finished IS NULL OR (state = 'unfinished' AND begun > ended), NULL, round(told_usd + other_usd, 9)) AS cost_usd,
  duration_ms, version, project, nullIf(rescores, '') AS rescores, graders, nullIf(verdict, '') AS verdict, cells
FROM (
  SELECT run,
    minOrNullIf(at, event = 'started') AS started,
    maxOrNullIf(at, event = 'finished') AS finished,
    argMaxIf(state, at, event = 'finished') AS ended_as,
    countIf(part != '') AS parts,
    countIf(event = 'started') AS begun,
    countIf(event = 'finished') AS ended,
    countIf(event = 'finished' AND other_cost_usd IS NULL) AS untold,
    sumIf(ifNull(other_cost_usd, 0), event = 'finished') AS other_usd,
    toFloat64(argMaxIf(budget_stops, at, event = 'finished')) AS stopped,
    anyIf(suites, event = 'started') AS suites,
    anyIf(models, event = 'started') AS models,
    anyIf(exposures, event = 'started') AS exposures,
    anyIf(trials, event = 'started') AS repetitions,
    anyIf(seed, event = 'started') AS seed,
    anyIf(planned, event = 'started') AS planned,
    anyIf(version, event = 'started') AS version,
    argMinIf(project, at, event = 'started') AS project,
    anyIf(rescores, event = 'started') AS rescores,
    anyIf(graders, event = 'started') AS graders,
    toFloat64(anyIf(done, event = 'finished')) AS reported,
    sumOrNullIf(duration_ms, event = 'finished') AS duration_ms
  FROM runs
  WHERE ${isMeant}
  GROUP BY run
) AS told
LEFT JOIN (
  SELECT run, groupArray(cell) AS cells, sum(cell.trials) AS recorded,
    sum(cell.infrastructure_errors) AS failed_infrastructure
  FROM (
    SELECT toString(run) AS run, CAST((model, any(model_kind), exposure, trials, passed, failed, not_judged,
      infrastructure_errors), '${cellTuple}') AS cell, ${outcomes}
    FROM trials
    WHERE ${isMeant} AND ${isPlanned}
    GROUP BY run, model, exposure
    ORDER BY run, model, exposure
  )
  GROUP BY run
) AS cells USING run
LEFT JOIN (
  SELECT toString(run) AS run, toFloat64(count()) AS played, countIf(cost_usd IS NULL) AS unpriced, sum(ifNull(cost_usd, 0)) AS told_usd
  FROM trials
  WHERE ${isMeant}
  GROUP BY run
) AS costs USING run
LEFT JOIN (
  SELECT run, argMax(toString(verdict), at) AS verdict FROM gates WHERE ${isMeant} GROUP BY run
) AS gated USING run
ORDER BY started DESC, run
LIMIT {limit:UInt32}`,
    defaults: { run: '', named: '', limit: 50 },
  },

  /** As `runs`, what tells them apart alone. */
  runs_named: {
    sql: `
SELECT run, minOrNullIf(at, event = 'started') AS started, anyIf(exposures, event = 'started') AS exposures,
  maxIf(trials, event = 'started') AS repetitions
FROM runs
WHERE ${isMeant}
GROUP BY run
ORDER BY started DESC, run
LIMIT {limit:UInt32}`,
    defaults: { run: '', named: '', limit: 50 },
  },

  /** The last that the gate made of a run, `run` whole. */
  run_gate: { sql: 'SELECT * FROM gates WHERE run = {run:String} ORDER BY at DESC LIMIT 1' },

  /** Those of the runs `values`, whole ids, of which the gate last said that they had regressed. */
  gate_regressions: {
    sql: `
SELECT run, argMax(cells, at) AS cells FROM gates WHERE run IN {values:Array(String)}
GROUP BY run HAVING argMax(verdict, at) = 'regressed'`,
  },

  /** Of these runs, `values` whole. */
  run_logs: {
    sql: `
SELECT run, log
FROM (SELECT JSONExtractString(line, 'data', 'run') AS run, log FROM entries WHERE kind = 'run_started')
WHERE run IN {values:Array(String)}`,
  },

  /** What those of these runs were called that their ids were made of. */
  run_names: {
    sql: `
SELECT run, any(called) AS name
FROM (
  SELECT JSONExtractString(line, 'data', 'run') AS run, JSONExtractString(line, 'data', 'name') AS called
  FROM entries WHERE kind = 'run_started'
)
WHERE called != '' AND run IN {values:Array(String)}
GROUP BY run`,
  },

  /** Of one run, `run` whole. */
  run_trials: {
    sql: 'SELECT * FROM trials WHERE run = {run:String} ORDER BY suite, case, model, exposure, repetition, trial',
  },

  /** These of these runs. */
  trials_among: {
    sql: `
SELECT run, trial, suite, case, model, exposure, repetition, outcome, message FROM trials
WHERE run IN {runs:Array(String)} AND trial IN {trials:Array(String)}`,
  },

  /**
   * Of the newest completed runs of these suites of a project (or of none, as older versions recorded), models and
   * exposures, up to and with the run `until` (empty: the newest of all) and without the run `besides`, newest first;
   * `nights` of them at most, without trials of which an answer came from a cache. A run whose recordings were graded again is one night, when it was played, of which the last
   * grading of each truth counts.
   */
  gate_nights: {
    sql: `
WITH told AS (
  SELECT run, anyIf(rescores, event = 'started') AS origin, minIf(at, event = 'started') AS started,
    argMaxIf(state, at, event = 'finished') AS ended_as
  FROM runs
  GROUP BY run
  HAVING argMinIf(project, at, event = 'started') IN ('', {project:String})
), played AS (
  SELECT told.run AS run, told.started AS graded, if(first.run = '', told.run, first.run) AS night,
    if(first.run = '', told.started, first.started) AS began,
    told.ended_as = 'completed' AND (first.run = '' OR first.ended_as = 'completed') AS is_whole
  FROM told
  LEFT JOIN told AS first ON first.run = told.origin
), nights AS (
  SELECT night, min(began) AS at
  FROM played
  WHERE is_whole AND night != {besides:String}
    AND ({until:String} = '' OR began <= (SELECT min(began) FROM played WHERE run = {until:String}))
    AND run IN (SELECT run FROM trials WHERE ${isOfSuites} AND ${isFresh})
  GROUP BY night
  ORDER BY at DESC
  LIMIT {nights:UInt32}
)
SELECT night AS run, suite, case, case_hash, model, exposure, passed, failed
FROM (
  SELECT night, suite, case, case_hash, model, exposure, any(began) AS begun, any(graded) AS last,
    toFloat64(countIf(outcome = 'passed')) AS passed, toFloat64(countIf(outcome = 'failed')) AS failed
  FROM trials
  JOIN (SELECT run, night, began, graded FROM played WHERE is_whole AND night IN (SELECT night FROM nights)) AS gradings
    USING run
  WHERE ${isOfSuites} AND ${isFresh} AND ${isPlanned}
  GROUP BY night, run, suite, case, case_hash, model, exposure
  ORDER BY last DESC
  LIMIT 1 BY night, suite, case, case_hash, model, exposure
)
WHERE passed + failed > 0
ORDER BY begun DESC, run, suite, case, model, exposure`,
    defaults: { until: '', besides: '', nights: 60 },
  },

  /**
   * Of the run `run`, whole, in `repetitions`. To group by case here, and to write a row for each, would take three times as
   * long.
   */
  run_cells: {
    sql: `
SELECT model, exposure, suite, trials.1 AS cases, trials.2 AS truths, trials.3 AS outcomes, trials.4 AS model_turns,
  trials.5 AS definition_tokens, trials.6 AS total_tokens, is_estimate
FROM (
  SELECT model, exposure, suite, max(total_tokens_estimated) AS is_estimate,
    arraySort(groupArray((case, left(case_hash, 16), outcome, model_turns, definition_tokens, total_tokens))) AS trials
  FROM trials
  WHERE run = {run:String} AND repetition BETWEEN 1 AND {repetitions:UInt32}
  GROUP BY model, exposure, suite
)
ORDER BY model, exposure, suite`,
  },

  /** Of the run `run`, whole, in `repetitions`: how well tools were selected, and arguments given. */
  run_cell_scores: {
    sql: `
SELECT model, exposure, grader, avg(assumeNotNull(value)) AS value
FROM (SELECT trial, grader, value FROM scores WHERE run = {run:String} AND grader IN ('selection', 'arguments')
  AND value IS NOT NULL) AS scores
JOIN (SELECT trial, model, exposure FROM trials WHERE run = {run:String} AND outcome != 'infrastructure'
  AND repetition BETWEEN 1 AND {repetitions:UInt32}) AS trials USING trial
GROUP BY model, exposure, grader
ORDER BY model, exposure, grader`,
  },

  /**
   * Completed runs of suites of these names (of one of them, where `run` is its whole id), by the project that they say they
   * are of: an empty one for those that do not say.
   */
  run_projects: {
    sql: `
SELECT project, toFloat64(count()) AS runs
FROM (
  SELECT argMinIf(project, at, event = 'started') AS project
  FROM runs
  WHERE ({run:String} = '' OR run = {run:String})
    AND run IN (SELECT run FROM trials WHERE suite IN {suites:Array(String)})
  GROUP BY run
  HAVING argMaxIf(state, at, event = 'finished') = 'completed'
)
GROUP BY project
ORDER BY runs DESC, project`,
    defaults: { run: '' },
  },

  run_violations: {
    sql: `
SELECT assumeNotNull(trial) AS trial, chain, policies, mode, resource, reason
FROM policy_decisions
WHERE run = {run:String} AND trial IS NOT NULL AND effect = 'deny'
ORDER BY policy_decisions.trial, at, span`,
  },

  run_scores: { sql: 'SELECT * FROM scores WHERE run = {run:String} ORDER BY trial, grader' },
}
