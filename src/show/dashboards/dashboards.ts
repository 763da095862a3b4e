import { evaluationOverview } from './evaluation-overview.ts'

const builders = { 'evaluation-overview': evaluationOverview }

/** The dashboards as files for Grafana's provisioning, the same bytes each time. */
export function dashboardFiles(): readonly { readonly name: string; readonly text: string }[] {
  return Object.entries(builders).map(([name, build]) => ({
    name: `${name}.json`,
    text: `${JSON.stringify(build(), null, 2)}\n`,
  }))
}
