// `npm start`: the quickstart suites with the offline baselines and every exposure, kept in ./.calltrail. What is added
// after `npm start --` goes to `calltrail eval`: another --model is played beside the baselines.
import { fileURLToPath } from 'node:url'

const program = new URL('../dist/cli/main.js', import.meta.url)
const given = process.argv.slice(2)
const baselines = ['--model', 'baseline:lexical', '--model', 'baseline:random']
process.env.CALLTRAIL_HOME ||= './.calltrail'
process.argv = [
  process.execPath,
  fileURLToPath(program),
  'eval',
  'suites/quickstart/*.yaml',
  ...baselines,
  ...given,
]
await import(program.href)
