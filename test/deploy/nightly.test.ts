import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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
  mkdirSync(join(folder, 'own source/.github/actions/eval'), { recursive: true })
  writeFileSync(
    join(folder, 'own source/package.json'),
    JSON.stringify({ scripts: { build: 'node build.mjs' } }),
  )
  writeFileSync(join(folder, 'own source/build.mjs'), build)
  const { status, stdout, stderr } = spawnSync('bash', [program], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      GITHUB_OUTPUT: join(folder, 'output'),
      CALLTRAIL_COMMAND: 'node calltrail.mjs',
      CALLTRAIL_SUITES: 'suites',
      CALLTRAIL_REPORTS: 'reports',
      CALLTRAIL_ARTIFACT: 'reports',
      GITHUB_ACTION_PATH: join(folder, 'own source/.github/actions/eval'),
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
/** Builds a program that says what the build was given. */
const build = `import { mkdirSync, writeFileSync } from 'node:fs'
mkdirSync('dist/cli', { recursive: true })
writeFileSync('dist/cli/main.js', 'console.log(' + JSON.stringify(process.env.OPENAI_API_KEY ?? 'no key') + ', process.env.OPENAI_API_KEY)')`
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
    expect([status, output, names.includes('owned')]).toEqual([
      0,
      'artifact=reports\nverdict=\nexit-code=0\n',
      false,
    ])
  })

  test('ends as the evaluation does, and tells its verdict', () => {
    const { status, output } = runAction(regress, {})
    expect([status, output]).toEqual([1, 'artifact=reports\nverdict=regressed\nexit-code=1\n'])
  })

  test('plays its own source unless told otherwise, built without the keys that it is given', () => {
    const { status, stdout } = runAction('', { CALLTRAIL_COMMAND: '', OPENAI_API_KEY: 'k' })
    expect([status, stdout]).toEqual([0, 'no key k\n'])
    expect(parse(action).inputs.command.default).toBe('')
  })

  test('keeps reports under a name of their own, and no failed upload changes its verdict', () => {
    const nameOf = () =>
      /artifact=(.*)/.exec(runAction('', { CALLTRAIL_ARTIFACT: '', GITHUB_JOB: 'x' }).output ?? '')?.[1]
    const names = [nameOf(), nameOf()]
    expect(names).toEqual([expect.stringMatching(/^calltrail-reports-x-1-[0-9a-f]{8}$/), expect.any(String)])
    expect(new Set(names).size).toBe(2)
    const { steps } = parse(action).runs
    const after = steps.slice(steps.findIndex(({ id }: { id?: string }) => id === 'eval') + 1)
    expect(after.map((step: Record<string, unknown>) => step['continue-on-error'])).toEqual([true, true])
    expect(after.at(-1).with.name).toContain('steps.eval.outputs.artifact')
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
