import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { dashboardFiles } from '../../src/show/dashboards/dashboards.ts'

// No Docker engine runs here: what can be told from the files is told from the files.
const read = (path: string) => readFileSync(path, 'utf8')
const compose = parse(read('docker-compose.yml'))
const [datasource] = parse(read('deploy/grafana/provisioning/datasources/clickhouse.yaml')).datasources
const [provider] = parse(read('deploy/grafana/provisioning/dashboards/calltrail.yaml')).providers
const reader = read('deploy/clickhouse/grafana-reader.xml')
const dockerfile = read('deploy/Dockerfile')

interface Service {
  readonly image?: string
  readonly ports?: readonly string[]
  readonly volumes: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
}

const services: Readonly<Record<string, Service>> = compose.services
const { clickhouse, grafana, calltrail } = compose.services

describe('docker-compose.yml', () => {
  test('pins images, publishes on loopback alone, and has a health check for each service', () => {
    expect(Object.keys(services)).toEqual(['clickhouse', 'grafana', 'calltrail'])
    for (const [name, { image, ports = [], healthcheck, depends_on = {} }] of Object.entries(services)) {
      if (image) expect(image).toMatch(/:\d+\.\d+(?:\.\d+)*$/)
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
      expect([name, healthcheck?.test[0]]).toEqual([name, 'CMD'])
      for (const [needed, { condition }] of Object.entries(depends_on)) {
        expect(services).toHaveProperty(needed)
        expect(condition).toBe('service_healthy')
      }
    }
  })

  test('mounts files that are there, and volumes that it declares', () => {
    const sources = Object.values(services).flatMap(({ volumes }) =>
      volumes.map((volume) => volume.split(':')[0] ?? ''),
    )
    const files = sources.filter((source) => source.startsWith('./'))
    expect(files.filter((file) => !existsSync(file))).toEqual([])
    expect(files.length).toBeGreaterThanOrEqual(3)
    const named = sources.filter((source) => !source.startsWith('./'))
    expect(Object.keys(compose.volumes).sort()).toEqual(named.sort())
  })

  test('has no secret of its own: each must be set, or compose refuses', () => {
    for (const { environment } of Object.values(services))
      for (const [name, value] of Object.entries(environment))
        if (name.endsWith('PASSWORD')) expect(value).toMatch(/^\$\{[A-Z_]+:\?[^}]+\}$/)
  })
})

describe('what must agree between the files', () => {
  test('Grafana asks the server and the port at which ClickHouse listens, as a user that exists and only reads', () => {
    expect(datasource).toMatchObject({
      type: 'grafana-clickhouse-datasource',
      secureJsonData: { password: '$GRAFANA_READER_PASSWORD' },
    })
    const { host, port, username, defaultDatabase } = datasource.jsonData
    expect(services).toHaveProperty(host)
    expect(clickhouse.ports[0].split(':')[2]).toBe(String(port))
    expect(reader).toContain(`<${username}>`)
    expect(reader).toContain('from_env="GRAFANA_READER_PASSWORD"')
    expect(reader).toContain(`GRANT SELECT ON ${defaultDatabase}.*`)
    expect(reader).toContain('<readonly>2</readonly>')
    for (const { environment } of [clickhouse, grafana])
      expect(environment).toHaveProperty('GRAFANA_READER_PASSWORD')
    expect(grafana.environment.GF_PLUGINS_PREINSTALL_SYNC).toMatch(
      /^grafana-clickhouse-datasource@\d+\.\d+\.\d+$/,
    )
  })

  test('the plugin that Grafana installs is the one that the dashboards are written for', () => {
    const [, installed] = grafana.environment.GF_PLUGINS_PREINSTALL_SYNC.split('@')
    const written = dashboardFiles().flatMap(({ text }) => [...text.matchAll(/"pluginVersion": "(.+)"/g)])
    expect(new Set(written.map(([, version]) => version))).toEqual(new Set([installed]))
  })

  test('ClickHouse is healthy only when others can reach it, which is after its first set-up', () => {
    const address = new URL(clickhouse.healthcheck.test.at(-1))
    expect([address.hostname, Number(address.port)]).toEqual([
      datasource.jsonData.host,
      datasource.jsonData.port,
    ])
  })

  test('calltrail writes to the database that Grafana reads', () => {
    const { hostname, port, pathname } = new URL(calltrail.environment.CLICKHOUSE_URL)
    expect([hostname, Number(port)]).toEqual([datasource.jsonData.host, datasource.jsonData.port])
    expect(pathname.slice(1)).toBe(datasource.jsonData.defaultDatabase)
    expect(clickhouse.environment.CLICKHOUSE_DB).toBe(datasource.jsonData.defaultDatabase)
    expect(calltrail.environment.CLICKHOUSE_USER).toBe(clickhouse.environment.CLICKHOUSE_USER)
  })

  test('the dashboards are where Grafana looks for them', () => {
    const mount = grafana.volumes.find((volume: string) => volume.startsWith('./dashboards:'))
    expect(mount.split(':')[1]).toBe(provider.options.path)
    const home = grafana.environment.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH
    expect(readdirSync('dashboards').map((file) => `${provider.options.path}/${file}`)).toContain(home)
  })
})

describe('deploy/Dockerfile', () => {
  const stages = [...dockerfile.matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, name]) => name)

  /** Of a stage that says nothing, its base's. */
  function userOf(target: string): string {
    const stage = dockerfile
      .split(/^(?=FROM )/m)
      .find((text) => text.match(/^FROM \S+ AS (\S+)/)?.[1] === target)
    const said = stage && [...stage.matchAll(/^USER (\S+)$/gm)].at(-1)?.[1]
    return said ?? (stage ? userOf(/^FROM (\S+)/.exec(stage)?.[1] ?? '') : 'root')
  }

  test('copies what is there, from stages that are there, and has the target that compose builds', () => {
    const copies = [...dockerfile.matchAll(/^COPY (?!--from)(.+) (\S+)$/gm)].flatMap(([, sources = '']) =>
      sources.split(' '),
    )
    expect(copies.filter((path) => !existsSync(path))).toEqual([])
    expect(copies.length).toBeGreaterThan(5)
    for (const [, from] of dockerfile.matchAll(/^COPY --from=(\S+)/gm)) expect(stages).toContain(from)
    expect(stages).toContain(calltrail.build.target)
    expect(statSync(join(calltrail.build.context, calltrail.build.dockerfile)).isFile()).toBe(true)
  })

  test('pins its images, runs nobody as root, and takes a Node that calltrail runs on', () => {
    const images = [...dockerfile.matchAll(/^FROM (\S+) AS/gm)].map(([, image]) => image ?? '')
    for (const image of images) expect(stages.includes(image) || /^node:2\d-/.test(image)).toBe(true)
    for (const target of ['runtime', calltrail.build.target])
      expect([target, userOf(target)]).toEqual([target, 'node'])
  })

  test('the folder of the home is the one that compose mounts', () => {
    expect(dockerfile).toContain(`CALLTRAIL_HOME=${calltrail.environment.CALLTRAIL_HOME}`)
    expect(calltrail.volumes[0].split(':')[1]).toBe(calltrail.environment.CALLTRAIL_HOME)
  })
})
