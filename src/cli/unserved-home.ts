import { InfrastructureError } from '../errors.ts'
import { type Home, openHome } from '../journal/home.ts'
import { servingOf } from '../journal/serving.ts'
import { homePath } from './home.ts'

/** The home, for who needs its database alone. An `InfrastructureError` while `serve` has it. */
export function unservedHome(): Home {
  const home = openHome(homePath())
  const serving = process.env.CLICKHOUSE_URL ? null : servingOf(home)
  if (serving === null) return home
  throw new InfrastructureError(
    'serve',
    `process ${serving.pid} serves ${home.path} and has its database open: end it, then run this again`,
  )
}
