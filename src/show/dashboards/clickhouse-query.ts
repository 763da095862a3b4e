import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common'

/** The plugin, and the dashboard variable that picks a data source of it. */
export const plugin = 'grafana-clickhouse-datasource'
export const clickhouse: DataSourceRef = { type: plugin, uid: `\${datasource}` }

/** How the plugin shapes the answer; the numbers are its own. */
const formats = { timeseries: 0, table: 1 } as const

/** A query of the ClickHouse plugin, written as SQL with its macros and Grafana's variables. */
export function clickhouseQuery(format: keyof typeof formats, sql: string): Builder<Dataquery> {
  const query = {
    refId: 'A',
    datasource: clickhouse,
    editorType: 'sql',
    rawSql: sql.trim(),
    queryType: format,
    format: formats[format],
    pluginVersion: '4.20.0',
    _implementsDataqueryVariant() {},
  }
  return { build: () => query }
}
