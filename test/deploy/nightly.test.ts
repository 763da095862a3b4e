import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { validateAction, validateWorkflow } from '@action-validator/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'

// Neither GitHub's runners nor a cluster are here: what can be told from the files is told from the files.
const read = (path: string) => readFileSync(path, 'utf8')
const action = read('.github/actions/eval/action.yml')
const workflow = read('.github/workflows/nightly.yml')
const program = resolve('.github/actions/eval/eval.sh')

/** What the action runs, with another program in the place of calltrail; `says` is its source. */
function runAction(says: string, variables: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'calltrail-action-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'calltrail.mjs'), says)
  const { status, stdout, stderr } = spawnSync('bash', [program], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      GITHUB_OUTPUT: join(folder, 'output'),
      CALLTRAIL_COMMAND: 'node calltrail.mjs',
      CALLTRAIL_SUITES: 'suites',
      CALLTRAIL_REPORTS: 'reports',
      ...variables,
    },
  })
  const names = readdirSync(folder)
  return {
    status,
    stdout,
    stderr,
    names,
    output: names.includes('output') ? read(join(folder, 'output')) : null,
  }
}

const printArguments = 'console.log(JSON.stringify(process.argv.slice(2)))'
const regress = `import { writeFileSync } from 'node:fs'
writeFileSync('reports/run.json', JSON.stringify({ gate: { verdict: 'regressed' } }))
process.exitCode = 1`

describe('the GitHub action', () => {
  test('and its workflow are as their schemas want them', () => {
    expect(validateAction(action).errors).toEqual([])
    expect(validateWorkflow(workflow).errors).toEqual([])
    expect(validateAction(action.replace('using: composite', 'using: compost')).errors).not.toEqual([])
    expect(validateWorkflow(workflow.replace('runs-on:', 'runs-of:')).errors).not.toEqual([])
  })

  test('hands every input over as a variable, and puts none of them into a script', () => {
    const { inputs, runs } = parse(action)
    const step = runs.steps.find(({ id }: { id?: string }) => id === 'eval')
    const handed = Object.values<string>(step.env).flatMap(
      (value) => /inputs\.([\w-]+)/.exec(value)?.[1] ?? [],
    )
    expect([...handed, 'home-cache'].sort()).toEqual(Object.keys(inputs).sort())
    for (const { run } of [...runs.steps, ...parse(workflow).jobs.eval.steps])
      expect(run ?? '').not.toContain('${{')
  })

  test('the workflow gives the action inputs that it has', () => {
    const { jobs, on } = parse(workflow)
    const step = jobs.eval.steps.find(({ id }: { id?: string }) => id === 'eval')
    expect(Object.keys(parse(action).inputs)).toEqual(expect.arrayContaining(Object.keys(step.with)))
    const named = [...workflow.matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name)
    expect([...new Set(named)].sort()).toEqual(Object.keys(on.workflow_call.inputs).sort())
  })

  test('asks for what it was given, a line each, whatever stands in it', () => {
    const { status, stdout, names, output } = runAction(printArguments, {
      CALLTRAIL_SUITES: 'suites/a b.yaml\n\n  $(touch owned)\n',
      CALLTRAIL_MODELS: 'openai:x\nanthropic:y',
      CALLTRAIL_TRIALS: '5',
      CALLTRAIL_GATE: 'strict',
    })
    const reports = ['json=reports/run.json', 'html=reports/run.html', 'junit=reports/junit.xml']
    expect(JSON.parse(stdout)).toEqual([
      ...['eval', '--model=openai:x', '--model=anthropic:y', '--trials=5', '--strict-gate'],
      ...[...reports.map((report) => `--report=${report}`), '--', 'suites/a b.yaml', '$(touch owned)'],
    ])
    expect([status, output, names.includes('owned')]).toEqual([0, 'verdict=\nexit-code=0\n', false])
  })

  test('ends as the evaluation does, and tells its verdict', () => {
    const { status, output } = runAction(regress, {})
    expect([status, output]).toEqual([1, 'verdict=regressed\nexit-code=1\n'])
  })

  test('knows no other gate', () => {
    const { status, stderr } = runAction(printArguments, { CALLTRAIL_GATE: 'maybe' })
    expect([status, stderr]).toEqual([2, 'gate: expected on, strict or off, found maybe\n'])
  })
})

test('the CronJob forbids overlap, plays what is due, and its pods know the locks of those before', () => {
  const [cron, volume] = parseAllDocuments(read('deploy/kubernetes/nightly.yaml')).map((each) => each.toJS())
  const { spec } = cron.spec.jobTemplate.spec.template
  const [container] = spec.containers
  expect(cron.spec.concurrencyPolicy).toBe('Forbid')
  expect(container.args.slice(0, 2)).toEqual(['schedule', '--once'])
  expect([spec.restartPolicy, cron.spec.jobTemplate.spec.backoffLimit]).toEqual(['Never', 0])
  expect(spec.hostname).toBe('calltrail')
  const mounted = container.volumeMounts.map(({ name }: { name: string }) => name)
  expect(mounted).toEqual(spec.volumes.map(({ name }: { name: string }) => name))
  expect(spec.volumes[0].persistentVolumeClaim.claimName).toBe(volume.metadata.name)
})
