import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dashboardFiles } from '../show/dashboards/dashboards.ts'
import { print } from './print.ts'

export async function writeDashboards(folder: string): Promise<number> {
  mkdirSync(folder, { recursive: true })
  for (const { name, text } of dashboardFiles()) {
    writeFileSync(join(folder, name), text)
    print(join(folder, name))
  }
  return 0
}
