import {
  LegendDisplayMode,
  LegendPlacement,
  VisibilityMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  type Dashboard,
  DashboardBuilder,
  DatasourceVariableBuilder,
  type DynamicConfigValue,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import { guessingModel } from '../../domain/model.ts'
import { clickhouse, clickhouseQuery, plugin } from './clickhouse-query.ts'
import * as sql from './evaluation-queries.ts'

/** Which model × exposure does what the suites ask, at what cost, and what got worse. */
export function evaluationOverview(): Dashboard {
  const dashboard = new DashboardBuilder('calltrail: evaluation overview')
    .uid('calltrail-evaluation')
    .description(
      'Models × exposures over the recorded evaluation runs. Tokens are estimates (o200k). Baselines are no language models.',
    )
    .tags(['calltrail', 'mcp'])
    .readonly()
    .time({ from: 'now-30d', to: 'now' })
    .timezone('utc')
    .withVariable(new DatasourceVariableBuilder('datasource').label('ClickHouse').type(plugin))
  for (const [name, query] of Object.entries(sql.variables)) dashboard.withVariable(variable(name, query))
  return dashboard
    .withPanel(rows('Runs, the last one first', sql.runs, 24, 6).overrideByName('duration', [unit('ms')]))
    .withRow(new RowBuilder('Model × exposure'))
    .withPanel(cellsPanel())
    .withPanel(lines('Pass rate', sql.passRate, 'percentunit').min(0).max(1))
    .withPanel(lines('Definition tokens per model request (estimated)', sql.definitionTokens, 'short').min(0))
    .withPanel(lines('Policy violations per 100 trials (observed)', sql.violations, 'short').min(0))
    .withPanel(
      lines('Infrastructure errors, which are in no pass rate', sql.infrastructureErrors, 'short').min(0),
    )
    .withRow(new RowBuilder('Where it fails'))
    .withPanel(rows(`Worst cases, without ${guessingModel}`, sql.worstCases, 12, 10))
    .withPanel(rows('Policies violated most', sql.policies, 12, 10))
    .withPanel(
      rows('Tool calls', sql.tools, 24, 9)
        .overrideByName('not ok', [unit('percentunit')])
        .overrideByName('p50 ms', [unit('ms')])
        .overrideByName('p95 ms', [unit('ms')]),
    )
    .build()
}

function variable(name: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(name)
    .datasource(clickhouse)
    .query({ refId: name, queryType: 'sql', rawSql: query })
    .multi(true)
    .includeAll(true)
    .current({ text: 'All', value: '$__all', selected: true })
    .refresh(VariableRefresh.OnTimeRangeChanged)
}

function cellsPanel(): TableBuilder {
  const panel = rows('Models × exposures', sql.cells, 24, 9).description(
    'Pass rate with its 95 % Wilson interval, each case counted once. Saving: definition tokens against all tools shown, over the cases that both have. Hit: expected tools among those that search found.',
  )
  for (const name of ['pass rate', 'low', 'high', 'saving vs full'])
    panel.overrideByName(name, [unit('percentunit'), decimals(0)])
  for (const name of ['F1', 'arguments', 'retrieval hit']) panel.overrideByName(name, [decimals(2)])
  return panel.overrideByName('violations per 100', [decimals(1)]).decimals(0)
}

function rows(title: string, query: string, width: number, height: number): TableBuilder {
  return new TableBuilder()
    .title(title)
    .datasource(clickhouse)
    .withTarget(clickhouseQuery('table', query))
    .noValue('–')
    .span(width)
    .height(height)
}

const legend = new VizLegendOptionsBuilder()
  .displayMode(LegendDisplayMode.List)
  .placement(LegendPlacement.Bottom)
  .showLegend(true)

/** A line of the column `value` for each name in the column `line`. */
function lines(title: string, query: string, unitName: string): TimeseriesBuilder {
  return new TimeseriesBuilder()
    .title(title)
    .datasource(clickhouse)
    .withTarget(clickhouseQuery('timeseries', query))
    .displayName(`\${__field.labels.line}`)
    .unit(unitName)
    .noValue('–')
    .showPoints(VisibilityMode.Always)
    .spanNulls(true)
    .legend(legend)
    .span(12)
    .height(8)
}

const unit = (value: string): DynamicConfigValue => ({ id: 'unit', value })
const decimals = (value: number): DynamicConfigValue => ({ id: 'decimals', value })
